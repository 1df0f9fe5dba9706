// derive, rename, drop, fill and mask: each row stays a row, some of its columns change.
#include <fmt/format.h>

#include <set>

#include "formats/scan/number_survey.hpp"
#include "plan/relational/expression_binding.hpp"
#include "plan/relational/step_query.hpp"
#include "rows/json_text.hpp"
#include "rows/time_reader.hpp"

namespace sluice {

namespace {

// Puts a column in the place of the one of its name, or behind the others.
void put(StepQuery& query, BoundColumn column, std::string value) {
    for (std::size_t index = 0; index < query.columns.size(); ++index) {
        if (query.columns[index].name != column.name) continue;
        query.columns[index] = std::move(column);
        query.values[index] = std::move(value);
        return;
    }
    query.columns.push_back(std::move(column));
    query.values.push_back(std::move(value));
}

void add_constant(ColumnFacts& facts, const Token& constant) {
    ColumnFacts added;
    added.kinds = 1U << static_cast<unsigned>(constant.kind);
    added.first_of_kind.fill(kNoPlace);
    added.first_huge_exponent = kNoPlace;
    added.computed = facts.computed;
    if (constant.kind == Kind::number) formats::survey_number(constant.view(), 0, added.numbers);
    facts = merged(facts, added);
}

// What is put among times must be one, and a duration is no value that a config can write.
Result<> check_fill(const StepContext& context, const FilledColumn& filled, const BoundColumn& column) {
    const auto refuse = [&](std::string_view reason) {
        return context.refuse(filled.column.location, "fill_kind",
                              fmt::format("column '{}' {}", filled.column.name, reason));
    };
    if (column.meaning == Meaning::duration) return refuse("is a duration, which cannot be filled; fill what it is of");
    if (!column.is_time()) return {};
    TRY_ASSIGN(const TimeReader times, TimeReader::of(column.notation));
    std::string scratch;
    if (times.read(token_of(filled.token), column.meaning == Meaning::timestamp_ns, scratch).fault != TimeFault::none)
        return refuse(fmt::format("holds times, and {} is none", filled.token));
    return {};
}

}  // namespace

Result<StepQuery> step_query(const StepContext& context, const DeriveNode& node, const BoundRelation& input) {
    ExpressionBinding binding(context, input);
    StepQuery query = carried(context, input);
    query.location = node.columns.empty() ? context.relation.location : node.columns.front().expression->location;
    for (const SelectColumn& wanted : node.columns) {
        TRY_ASSIGN(ColumnValue computed, binding.column(wanted.name, *wanted.expression));
        put(query, std::move(computed.column), std::move(computed.token));
    }
    query.tail = fmt::format("FROM {}", binding.typed_input());
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const RenameNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = context.relation.location;
    std::set<std::size_t> renamed;
    for (const RenamedColumn& column : node.columns) {
        TRY_ASSIGN(const auto index, column_of(context, column.column, input));
        if (!index) continue;
        query.columns[*index].name = column.to;
        renamed.insert(*index);
    }
    for (const RenamedColumn& column : node.columns)
        for (std::size_t index = 0; index < query.columns.size(); ++index)
            if (query.columns[index].name == column.to && !renamed.contains(index))
                return context.refuse(
                    column.to_location, "name_clash",
                    fmt::format("there is a column '{}' already; rename or drop that one too", column.to));
    for (std::size_t index = 0; index < query.columns.size(); ++index)
        query.values[index] = context.needed.has(query.columns[index].name) ? token_of_column(index) : std::string{};
    query.tail = fmt::format("FROM {}", input.table);
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const DropNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = context.relation.location;
    std::set<std::size_t> dropped;
    for (const NamedColumn& column : node.columns) {
        TRY_ASSIGN(const auto index, column_of(context, column, input));
        if (index) dropped.insert(*index);
    }
    for (auto index = dropped.rbegin(); index != dropped.rend(); ++index) {
        query.columns.erase(query.columns.begin() + static_cast<std::ptrdiff_t>(*index));
        query.values.erase(query.values.begin() + static_cast<std::ptrdiff_t>(*index));
    }
    query.tail = fmt::format("FROM {}", input.table);
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const FillNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = context.relation.location;
    for (const FilledColumn& filled : node.columns) {
        const NamedColumn& named = filled.column;
        const Token constant = token_of(filled.token);
        const auto index = input.find(named.name);
        BoundColumn column;
        column.name = named.name;
        if (index) column = input.columns[*index];
        TRY(check_fill(context, filled, column));
        if (!index && input.rows != 0)
            context.warn(named.location, fmt::format("{}; it is added, filled in every row",
                                                     context.refusals.no_column(named.name, input)));
        // A computed type may not hold the constant, so the values themselves have to tell.
        if (column.facts.unsurveyed || column.facts.two_types ||
            (!column.facts.computed.empty() && column.facts.computed != "TIMESTAMP" &&
             column.facts.computed != "TIMESTAMP_NS"))
            column.facts = unsurveyed_facts(column.facts.declared);
        else
            add_constant(column.facts, constant);
        const bool needed = context.needed.has(named.name);
        put(query, std::move(column),
            needed ? fmt::format("coalesce({}, {})", token_of_column(index), sql_text(filled.token)) : std::string{});
    }
    query.tail = fmt::format("FROM {}", input.table);
    return query;
}

Result<StepQuery> step_query(const StepContext& context, const MaskNode& node, const BoundRelation& input) {
    StepQuery query = carried(context, input);
    query.location = context.relation.location;
    for (const MaskedColumn& masked : node.columns) {
        TRY_ASSIGN(const auto index, column_of(context, masked.column, input));
        if (!index) continue;
        const BoundColumn& column = input.columns[*index];
        if (column.meaning == Meaning::duration)
            return context.refuse(masked.column.location, "no_type",
                                  fmt::format("column '{}' is a duration, which has no text to mask", column.name));
        const std::string token = token_of_column(index);
        const std::string value = masked.method == MaskMethod::hmac
                                      ? fmt::format("sl_hmac({}, {})", token, context.mask_key)
                                      : fmt::format("sl_last4({})", token);
        const bool needed = context.needed.has(column.name);
        put(query, computed_column(column.name, "VARCHAR"), needed ? value : std::string{});
    }
    query.tail = fmt::format("FROM {}", input.table);
    return query;
}

}  // namespace sluice
