// cast: a value whose text is already one of the type keeps it to the letter (engine/value_cast.hpp).
#include <fmt/format.h>

#include "config/column_types.hpp"
#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

std::string excerpt(const std::string& token) {
    constexpr std::size_t kMost = 60;
    return token.size() <= kMost ? token : token.substr(0, kMost) + "...";
}

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

// How many values become null, and the first of them.
Result<> warn_of_nulls(const StepContext& context, const CastColumn& cast, const BoundRelation& input,
                       const std::string& token, const std::string& value) {
    const std::string misfits = fmt::format("FROM {} WHERE {} IS NOT NULL AND {} IS NULL", input.table, token, value);
    TRY_ASSIGN(const std::uint64_t count, context.engine.number("SELECT count(*) " + misfits));
    if (count == 0) return {};
    std::string list = token;
    for (const std::string& order : order_values_of(input)) list += fmt::format(", CAST({} AS VARCHAR)", order);
    TRY_ASSIGN(const auto rows, context.engine.rows(fmt::format("SELECT {} {} ORDER BY {} LIMIT 1", list, misfits,
                                                                order_by(input.order))));
    std::string places;
    for (std::size_t index = 0; index < input.order.size(); ++index) {
        const auto& ordinal = rows.at(0).at(index + 1);
        if (input.order[index].source && ordinal)
            places += (places.empty() ? ", at " : " and ") +
                      context.refusals.place({*input.order[index].source, std::stoull(*ordinal)});
    }
    context.warn(cast.column.location,
                 fmt::format("column '{}': {} of its values {} no {}{} and became null; the first is {}{}",
                             cast.column.name, count, count == 1 ? "is" : "are", type_name(cast.type.type),
                             cast.type.notation.in_words(), excerpt(*rows.at(0).at(0)), places));
    return {};
}

}  // namespace

Result<StepQuery> step_query(const StepContext& context, const CastNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = node.columns.empty() ? context.relation.location : node.columns.front().column.location;
    query.tail = fmt::format("FROM {}", input.table);
    for (const CastColumn& cast : node.columns) {
        TRY_ASSIGN(const auto index, column_of(context, cast.column, input));
        if (!index) continue;
        TRY_ASSIGN(BoundColumn column, cast_column(context, cast, input.columns[*index]));
        const auto notation = context.notations.find(column.notation);
        const std::string token = token_of_column(index);
        const std::string value =
            fmt::format("{}({}, {}, {})", node.null_on_error ? "sl_try_cast" : "sl_cast", token,
                        static_cast<int>(cast.type.type), notation == context.notations.end() ? 0 : notation->second);
        if (node.null_on_error) TRY(warn_of_nulls(context, cast, input, token, value));
        query.columns[*index] = std::move(column);
        query.values[*index] = value;
    }
    return query;
}

}  // namespace sluice
