#include "engine/native/report_columns.hpp"

#include <fmt/format.h>

#include "engine/native/refusals.hpp"

namespace sluice {
namespace {

std::string_view function_name(AggregateFunction function) {
    switch (function) {
        case AggregateFunction::count_rows:
        case AggregateFunction::count:
            return "count";
        case AggregateFunction::sum:
            return "sum";
        case AggregateFunction::avg:
            return "avg";
        case AggregateFunction::mean_gap:
            return "mean_gap";
    }
    return "";
}

std::string expression_text(const NativeMeasure& measure) {
    return fmt::format("{}({})", function_name(measure.function), measure.column);
}

void warn_of_missing(const AggregateInput& input, std::string_view place, std::string_view column,
                     std::string_view consequence, std::vector<std::string>& warnings) {
    if (input.lacks_rows()) return;
    warnings.push_back(missing_column_warning(place, input.name(), column, input.column_names(), consequence));
}

}  // namespace

Result<> refuse_texts_early(const WantedAggregate& wanted) {
    for (const NativeMeasure& measure : wanted.spec.measures) {
        if (measure.function != AggregateFunction::mean_gap) continue;
        const auto column = wanted.input->settled_meaning(measure.column);
        if (!column) continue;
        TRY(refuse_undeclared_times(measure.place, expression_text(measure), column->table->source(),
                                    *column->summary));
    }
    return {};
}

void warn_of_missing_keys(const AggregateInput& join, std::vector<std::string>& warnings) {
    const auto warn = [&](JoinSide side, const std::string& key) {
        const SourceTable& table = join.table(side);
        if (table.rows() == 0 || table.summary().find(key) != nullptr) return;
        warnings.push_back(missing_column_warning(join.join().place, table.source().name(), key, table.column_names(),
                                                  fmt::format("the join '{}' matches nothing", join.name())));
    };
    warn(JoinSide::left, join.join().shape.keys.front().left);
    warn(JoinSide::right, join.join().shape.keys.front().right);
}

Result<std::optional<FoundColumn>> find_key(const WantedAggregate& wanted, std::vector<std::string>& warnings) {
    const std::optional<FoundColumn> key = wanted.input->find(wanted.spec.key);
    if (key) {
        TRY(refuse_unkeyable(wanted.spec.place, *key->table, key->slot));
    } else {
        warn_of_missing(*wanted.input, wanted.spec.place, wanted.spec.key,
                        fmt::format("'{}' is empty", wanted.spec.step), warnings);
    }
    return key;
}

Result<MeasureColumn> find_measure(const WantedAggregate& wanted, const NativeMeasure& measure,
                                   std::vector<std::string>& warnings) {
    MeasureColumn found{measure.function, std::nullopt};
    if (measure.function == AggregateFunction::count_rows) return found;
    found.column = wanted.input->find(measure.column);
    const bool gap = measure.function == AggregateFunction::mean_gap;
    if (!found.column) {
        warn_of_missing(
            *wanted.input, measure.place, measure.column,
            gap ? fmt::format("'{}' is empty", wanted.spec.step) : fmt::format("'{}' is null", measure.output),
            warnings);
        return found;
    }
    const std::string expression = expression_text(measure);
    if (gap) {
        TRY(refuse_undeclared_times(measure.place, expression, found.column->table->source(), *found.column->summary));
        if (found.column->encoded().times.microseconds.empty()) found.column.reset();  // undeclared, and all null
    } else if (measure.function != AggregateFunction::count) {
        TRY(refuse_non_numbers(measure.place, expression, {found.column->table, found.column->summary}));
        TRY(refuse_huge_exponent(measure.place, expression, *found.column->table, found.column->slot));
    }
    return found;
}

}  // namespace sluice
