#include "pipeline/column_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "config/diagnostics.hpp"
#include "pipeline/schema_drift.hpp"

namespace sluice {

namespace {

Result<> warn_of_undeclared(const ReadSource& read, std::vector<std::string>& warnings) {
    const ColumnRules& rules = read.extractor->rules();
    if (rules.schema.empty()) return {};
    const std::set<std::string_view> declared(rules.schema.begin(), rules.schema.end());
    for (const ColumnSummary& column : read.summary->columns) {
        if (declared.contains(column.name)) continue;
        TRY_ASSIGN(const Place place, read.source->place(column.first_row));
        warnings.push_back(
            fmt::format("{}: column '{}' is not in the schema of '{}'; it is carried behind the "
                        "others, as `columns: evolve` says",
                        place.text(), column.name, read.source->name()));
    }
    return {};
}

// A type declared for a column that no row has does nothing; most often it is a slip of the pen.
void take_absent_types(const ReadSource& read, MissingColumnList& missing) {
    std::vector<std::string_view> names;
    for (const ColumnSummary& column : read.summary->columns) names.emplace_back(column.name);
    for (const auto& [column, type] : read.source->types()) {
        if (read.summary->find(column) != nullptr) continue;
        const std::string_view near = nearest_name(column, names);
        missing.take(fmt::format("{}: {} has no column '{}'{}; its type does nothing", type.place, read.source->name(),
                                 column, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
}

// What is different from the last good run, as a sentence; empty where nothing is.
std::string find_drift(const ReadSource& read, const ColumnOrigin& origin, SourceReport& report) {
    if (read.extractor->on_drift() == OnDrift::ignore) return {};
    const auto before = read_schema(origin.state, origin.pipeline, report.name);
    if (!before) return {};
    report.drift = drift_between(*before, schema_of(origin.run, *read.summary));
    return report.drift.empty() ? std::string() : drift_sentence(report.name, report.drift);
}

}  // namespace

Result<> judge_columns(const std::vector<ReadSource>& sources, const ColumnOrigin& origin, RunReport& report,
                       MissingColumnList& missing) {
    std::string faults;
    for (std::size_t index = 0; index < sources.size(); ++index) {
        const ReadSource& read = sources[index];
        TRY(warn_of_undeclared(read, report.warnings));
        if (read.summary->rows == 0) continue;
        take_absent_types(read, missing);
        std::string drift = find_drift(read, origin, report.sources[index]);
        if (drift.empty()) continue;
        if (read.extractor->on_drift() == OnDrift::warn)
            report.warnings.push_back(std::move(drift));
        else
            faults += fmt::format("{}{}", faults.empty() ? "" : "\n", drift);
    }
    if (faults.empty()) return {};
    return data_error("drift", faults +
                                   "\n  the config says `drift: fail`; a run with `drift: warn` takes the columns as "
                                   "they are now for the next one");
}

void keep_schemas(const std::vector<ReadSource>& sources, const ColumnOrigin& origin,
                  std::vector<std::string>& warnings) {
    for (const ReadSource& read : sources) {
        if (read.summary->rows == 0) continue;
        const std::string& name = read.source->name();
        if (const auto kept = keep_schema(origin.state, origin.pipeline, name, schema_of(origin.run, *read.summary));
            !kept)
            warnings.push_back(
                fmt::format("the columns of '{}' were not kept for the next run: {}", name, kept.error().message));
    }
}

}  // namespace sluice
