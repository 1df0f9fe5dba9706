#include "pipeline/source_report.hpp"

#include <fmt/format.h>

#include <utility>

#include "pipeline/quarantine.hpp"

namespace sluice {

namespace {

Result<std::vector<NulledReport>> report_nulled(const ReadSource& read, std::vector<std::string>& warnings) {
    std::vector<NulledReport> reports;
    for (const NulledColumn& nulled : read.summary->nulled) {
        TRY_ASSIGN(const Place first, read.source->place(nulled.first));
        reports.push_back({.column = nulled.column, .values = nulled.values, .first = first.text()});
        warnings.push_back(
            fmt::format("{}: {} of column '{}' of '{}' {} not of the declared type and became null, as `on_type_error: "
                        "null` says; the first is here",
                        first.text(), nulled.values == 1 ? "1 value" : fmt::format("{} values", nulled.values),
                        nulled.column, read.source->name(), nulled.values == 1 ? "is" : "are"));
    }
    return reports;
}

}  // namespace

Result<SourceReport> report_source(const ReadSource& read, std::uint64_t mended_rows, double seconds,
                                   std::vector<std::string>& warnings) {
    const ScanSummary& summary = *read.summary;
    TRY_ASSIGN(auto by_code, count_by_code(*read.bad_rows));
    TRY_ASSIGN(auto nulled, report_nulled(read, warnings));
    return SourceReport{.name = read.source->name(),
                        .rows_read = summary.rows_read,
                        .rows = summary.rows,
                        .bad_rows = summary.bad_rows,
                        .bad_by_code = std::move(by_code),
                        .nulled = std::move(nulled),
                        .mended_rows = mended_rows,
                        .max_bad_rows = read.extractor->max_bad_rows().text,
                        .bytes = summary.bytes,
                        .seconds = seconds};
}

}  // namespace sluice
