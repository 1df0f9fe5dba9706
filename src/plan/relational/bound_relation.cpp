#include "plan/relational/bound_relation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "formats/scan/number_survey.hpp"

namespace sluice {

OutputColumn BoundColumn::output() const {
    OutputColumn column{.name = name, .meaning = meaning, .notation = notation, .type = facts.computed};
    if (facts.computed.empty() && facts.declared) column.type = typed_file_type(facts.declared->type);
    return column;
}

std::optional<std::size_t> BoundRelation::find(std::string_view name) const {
    const auto found = std::ranges::find(columns, name, &BoundColumn::name);
    if (found == columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - columns.begin());
}

std::vector<std::string> BoundRelation::names() const {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const BoundColumn& column : columns) names.push_back(column.name);
    return names;
}

ColumnFacts merged(const ColumnFacts& left, const ColumnFacts& right) {
    ColumnFacts both = left;
    for (std::size_t kind = 0; kind < both.first_of_kind.size(); ++kind)
        if (!left.has(static_cast<Kind>(kind))) both.first_of_kind[kind] = right.first_of_kind[kind];
    both.kinds |= right.kinds;
    if (!left.numbers.huge_exponent) both.first_huge_exponent = right.first_huge_exponent;
    if (right.has(Kind::number)) {
        if (left.has(Kind::number))
            formats::merge_surveys(right.numbers, both.numbers);
        else
            both.numbers = right.numbers;
    }
    if (left.computed != right.computed) both.two_types = true;
    return both;
}

ColumnFacts unsurveyed_facts(std::optional<DeclaredType> declared) {
    ColumnFacts facts;
    facts.first_of_kind.fill(kNoPlace);
    facts.unsurveyed = true;
    facts.declared = std::move(declared);
    return facts;
}

bool may_have_values(const ColumnFacts& facts) {
    return facts.kinds != 0 || facts.unsurveyed || (!facts.computed.empty() && facts.computed != "NULL");
}

std::string order_by(const std::vector<OrderColumn>& order, std::string_view prefix) {
    std::string text;
    for (std::size_t index = 0; index < order.size(); ++index)
        text += fmt::format("{}{}o{} {} NULLS LAST", index == 0 ? "" : ", ", prefix, index,
                            order[index].descending ? "DESC" : "ASC");
    return text;
}

std::string sort_key(const std::vector<OrderColumn>& order, std::string_view first) {
    std::string list;
    for (std::size_t index = 0; index < order.size(); ++index)
        list += fmt::format("{}o{}, '{} NULLS LAST'", index == 0 ? "" : ", ", index,
                            order[index].descending ? "DESC" : "ASC");
    return fmt::format("create_sort_key({}{})", first, list);
}

}  // namespace sluice
