// cast: a value whose text is already one of the type keeps it to the letter (engine/value_cast.hpp).
#include <fmt/format.h>

#include "config/column_types.hpp"
#include "plan/relational/step_query.hpp"
#include "rows/excerpt.hpp"

namespace sluice {

namespace {

// Times keep the notation that they were declared with: in another they would be other times, or none.
bool is_other(const TimeNotation& wanted, const TimeNotation& declared) {
    return (!wanted.timezone.empty() && wanted.timezone != declared.timezone) ||
           (!wanted.format.empty() && wanted.format != declared.format);
}

std::string times_text(const TimeNotation& notation) {
    return "times" + (notation == TimeNotation{} ? " of UTC" : notation.in_words());
}

Result<BoundColumn> cast_column(const StepContext& context, const CastColumn& cast, const BoundColumn& from) {
    const auto refuse = [&](std::string_view reason) {
        return context.refuse(cast.column.location, "no_type", fmt::format("column '{}' {}", from.name, reason));
    };
    if (from.meaning == Meaning::duration)
        return refuse("is a duration, which no type takes; compute with it in a derive step");
    BoundColumn column;
    column.name = from.name;
    column.facts = unsurveyed_facts(cast.type);
    if (cast.type.type == Type::timestamp) column.meaning = Meaning::timestamp;
    if (cast.type.type == Type::timestamp_ns) column.meaning = Meaning::timestamp_ns;
    if (!column.is_time()) return column;
    if (from.is_time() && is_other(cast.type.notation, from.notation))
        return refuse(fmt::format("holds {} already, so it cannot be read as {}", times_text(from.notation),
                                  times_text(cast.type.notation)));
    column.notation = from.is_time() ? from.notation : cast.type.notation;
    return column;
}

// A column whose values may become null, in SQL: its token, and what it becomes.
struct TriedCast {
    const CastColumn& cast;
    std::string token;
    std::string value;
};

// Where the first value stands that becomes null, and the value.
Result<std::string> first_misfit(const StepContext& context, const TriedCast& tried, const BoundRelation& input) {
    std::string list = tried.token;
    for (const std::string& order : order_values_of(input)) list += fmt::format(", CAST({} AS VARCHAR)", order);
    TRY_ASSIGN(const auto rows, context.engine.rows(fmt::format(
                                    "SELECT {} FROM {} WHERE {} IS NOT NULL AND {} IS NULL ORDER BY {} LIMIT 1", list,
                                    input.table, tried.token, tried.value, order_by(input.order))));
    std::string places;
    for (std::size_t index = 0; index < input.order.size(); ++index) {
        const auto& ordinal = rows.at(0).at(index + 1);
        if (input.order[index].source && ordinal)
            places += (places.empty() ? ", at " : " and ") +
                      context.refusals.place({*input.order[index].source, std::stoull(*ordinal)});
    }
    return excerpt(*rows.at(0).at(0)) + places;
}

// How many values become null, and the first of them. One pass for all columns.
Result<> warn_of_nulls(const StepContext& context, const std::vector<TriedCast>& all, const BoundRelation& input) {
    if (all.empty()) return {};
    std::string counts;
    for (const TriedCast& tried : all)
        counts += fmt::format("{}CAST(count({}) - count({}) AS VARCHAR)", counts.empty() ? "" : ", ", tried.token,
                              tried.value);
    TRY_ASSIGN(const auto counted, context.engine.rows(fmt::format("SELECT {} FROM {}", counts, input.table)));
    for (std::size_t index = 0; index < all.size(); ++index) {
        const CastColumn& cast = all[index].cast;
        const std::string& count = *counted.at(0).at(index);
        if (count == "0") continue;
        TRY_ASSIGN(const std::string first, first_misfit(context, all[index], input));
        context.warn(cast.column.location,
                     fmt::format("column '{}': {} of its values {} no {}{} and became null; the first is {}",
                                 cast.column.name, count, count == "1" ? "is" : "are", type_name(cast.type.type),
                                 cast.type.notation.in_words(), first));
    }
    return {};
}

}  // namespace

Result<StepQuery> step_query(const StepContext& context, const CastNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = node.columns.empty() ? context.relation.location : node.columns.front().column.location;
    query.tail = fmt::format("FROM {}", input.table);
    std::vector<TriedCast> tried;
    for (const CastColumn& cast : node.columns) {
        TRY_ASSIGN(const auto index, column_of(context, cast.column, input));
        if (!index) continue;
        TRY_ASSIGN(BoundColumn column, cast_column(context, cast, input.columns[*index]));
        const auto notation = context.notations.find(column.notation);
        const std::string token = token_of_column(index);
        const std::string value =
            fmt::format("{}({}, {}, {})", node.null_on_error ? "sl_try_cast" : "sl_cast", token,
                        static_cast<int>(cast.type.type), notation == context.notations.end() ? 0 : notation->second);
        if (node.null_on_error) tried.push_back({cast, token, value});
        query.columns[*index] = std::move(column);
        query.values[*index] = value;
    }
    TRY(warn_of_nulls(context, tried, input));
    return query;
}

}  // namespace sluice
