#include "pipeline/bad_row_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "pipeline/bad_rows.hpp"

namespace sluice {

namespace {

Result<> quarantine_bad_rows(const std::vector<ReadSource>& sources, std::vector<SourceReport>& reports,
                             QuarantineRecord record, const std::filesystem::path& state, const SecretMask& mask) {
    if (std::ranges::all_of(reports, [](const SourceReport& report) { return report.bad_rows == 0; })) return {};
    TRY_ASSIGN(Quarantine quarantine, Quarantine::make(state, record.run));
    for (std::size_t index = 0; index < sources.size(); ++index) {
        const ReadSource& read = sources[index];
        const SourceReport& report = reports[index];
        std::string file;
        if (report.bad_rows > 0) {
            TRY_ASSIGN(file, quarantine.add(*read.source, *read.bad_rows, mask));
        }
        TRY_ASSIGN(auto inputs, read.source->inputs());
        record.sources.push_back({.name = report.name,
                                  .file = std::move(file),
                                  .rows = report.rows,
                                  .bad_rows = report.bad_rows,
                                  .inputs = std::move(inputs)});
    }
    TRY(quarantine.finish(record));
    for (std::size_t index = 0; index < reports.size(); ++index)
        if (const std::string& file = record.sources[index].file; !file.empty())
            reports[index].quarantine = (quarantine.folder() / file).lexically_normal().string();
    return {};
}

std::string goes_on(const BadSource& source, const std::string& run) {
    return fmt::format(
        "{}; max_bad_rows allows {}, so the run goes on without {}\n  all bad rows are in {}; once "
        "they are mended there: sluice replay {}",
        bad_rows_sentence(source.report), source.limit.text, source.report.bad_rows == 1 ? "it" : "them",
        source.report.quarantine, run);
}

}  // namespace

QuarantineRecord quarantine_record(const RunReport& report, const std::vector<std::string>& only) {
    return {.run = report.run,
            .pipeline = report.pipeline,
            .config = std::filesystem::absolute(report.config_path),
            .config_hash = report.config_hash,
            .environment = report.environment,
            .params = report.params,
            .only = only,
            .sources = {}};
}

// Within its limit a source goes on without its bad rows, but not if they would be lost.
BadRowVerdict judge_bad_rows(const std::vector<ReadSource>& sources, std::vector<SourceReport>& reports,
                             QuarantineRecord record, const std::filesystem::path& state, const SecretMask& mask) {
    const std::string run = record.run;
    const Result<> kept = quarantine_bad_rows(sources, reports, std::move(record), state, mask);
    std::vector<BadSource> judged;
    for (std::size_t index = 0; index < sources.size(); ++index)
        judged.push_back({.report = reports[index],
                          .limit = sources[index].extractor->max_bad_rows(),
                          .first = sources[index].summary->first_bad_rows});
    BadRowVerdict verdict{
        .refusal = refuse_bad_rows(judged, mask), .accept = accepting_options(judged), .warnings = {}};
    if (!kept) {
        if (verdict.refusal)
            verdict.warnings.push_back(kept.error().message);
        else
            verdict.refusal = kept.error();
    }
    if (verdict.refusal) return verdict;
    for (const BadSource& source : judged)
        if (source.report.bad_rows > 0) verdict.warnings.push_back(goes_on(source, run));
    return verdict;
}

}  // namespace sluice
