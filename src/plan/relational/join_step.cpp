// Joins by key bytes: DuckDB would find '1' = 1 and round big integers against doubles, so it only ever compares what
// sl_key() gives. Null keys are NULL and match nothing. Order: the left row's, then the right row's; rows of the right
// side alone have no left ordinals, and nulls come last.
#include <fmt/format.h>

#include "plan/relational/step_query.hpp"

namespace sluice {

namespace {

std::string_view join_words(JoinKind how) {
    switch (how) {
        case JoinKind::inner:
            return "JOIN";
        case JoinKind::left:
            return "LEFT JOIN";
        case JoinKind::right:
            return "RIGHT JOIN";
        case JoinKind::full:
            return "FULL JOIN";
        case JoinKind::semi:
            return "SEMI JOIN";
        case JoinKind::anti:
            return "ANTI JOIN";
    }
    return "JOIN";
}

// A side with its key bytes as k0, k1, ...
std::string keyed(const BoundRelation& side, const std::vector<std::optional<std::size_t>>& keys) {
    std::string list;
    for (std::size_t index = 0; index < keys.size(); ++index)
        list += fmt::format(", sl_key({}) AS k{}", token_of_column(keys[index]), index);
    return fmt::format("(SELECT *{} FROM {})", list, side.table);
}

bool only(const BoundColumn& column, Kind kind) {
    const std::uint32_t values = column.facts.kinds & ~(1U << static_cast<unsigned>(Kind::null));
    return values == 1U << static_cast<unsigned>(kind);
}

bool is_text(const BoundColumn& column) { return only(column, Kind::text) || column.facts.computed == "VARCHAR"; }
bool is_number(const BoundColumn& column) { return only(column, Kind::number) || is_numeric(column.facts.computed); }

struct JoinKeys {
    std::vector<std::optional<std::size_t>> left, right;
};

Result<JoinKeys> resolve_keys(const StepContext& context, const JoinNode& node, const BoundRelation& left,
                              const BoundRelation& right) {
    JoinKeys keys;
    for (std::size_t index = 0; index < node.shape.keys.size(); ++index) {
        const JoinKey& key = node.shape.keys[index];
        const Location& location = node.key_locations[index];
        keys.left.push_back(left.find(key.left));
        keys.right.push_back(right.find(key.right));
        if (!keys.left.back())
            context.warn(location,
                         fmt::format("left: {}; the join matches nothing", context.refusals.no_column(key.left, left)));
        if (!keys.right.back())
            context.warn(location, fmt::format("right: {}; the join matches nothing",
                                               context.refusals.no_column(key.right, right)));
        if (!keys.left.back() || !keys.right.back()) continue;
        const BoundColumn& left_column = left.columns[*keys.left.back()];
        const BoundColumn& right_column = right.columns[*keys.right.back()];
        if ((is_text(left_column) && is_number(right_column)) || (is_number(left_column) && is_text(right_column)))
            return context.refuse(location, "join_kinds",
                                  context.refusals.text_joins_numbers(left_column, right_column));
    }
    return keys;
}

// A column of the result, and how it is read from l and r.
std::pair<BoundColumn, std::string> joined_column(const JoinedColumn& joined, const BoundRelation& left,
                                                  const BoundRelation& right, JoinKind how) {
    if (!joined.left) {
        BoundColumn column = right.columns[*joined.right];
        column.name = joined.name;
        return {std::move(column), fmt::format("r.c{}", *joined.right)};
    }
    BoundColumn column = left.columns[*joined.left];
    column.name = joined.name;
    const bool from_both = joined.right && (how == JoinKind::right || how == JoinKind::full);
    if (!from_both) return {std::move(column), fmt::format("l.c{}", *joined.left)};
    const BoundColumn& other = right.columns[*joined.right];
    if (other.meaning != column.meaning || other.notation != column.notation) {
        column.meaning = Meaning::value;
        column.notation = {};
    }
    column.facts = merged(column.facts, other.facts);
    return {std::move(column), fmt::format("coalesce(l.c{}, r.c{})", *joined.left, *joined.right)};
}

}  // namespace

Result<StepQuery> join_query(const StepContext& context, const JoinNode& node, const BoundRelation& left,
                             const BoundRelation& right) {
    TRY_ASSIGN(const JoinKeys keys, resolve_keys(context, node, left, right));
    const auto shape = join_columns(left.names(), right.names(), node.shape);
    if (!shape) return Refusals::placed(shape.error(), node.key_locations.front(), context.relation);

    StepQuery query;
    query.location = node.key_locations.front();
    for (const JoinedColumn& joined : *shape) {
        auto [column, value] = joined_column(joined, left, right, node.shape.how);
        query.values.push_back(context.needed.has(column.name) ? std::move(value) : std::string{});
        query.columns.push_back(std::move(column));
    }
    std::string condition;
    for (std::size_t index = 0; index < node.shape.keys.size(); ++index)
        condition += fmt::format("{}l.k{} = r.k{}", index == 0 ? "" : " AND ", index, index);
    query.tail = fmt::format("FROM {} l {} {} r ON {}", keyed(left, keys.left), join_words(node.shape.how),
                             keyed(right, keys.right), condition);
    query.order = left.order;
    query.order_values = order_values_of(left, "l.");
    if (node.shape.how != JoinKind::semi && node.shape.how != JoinKind::anti) {
        query.order.insert(query.order.end(), right.order.begin(), right.order.end());
        for (std::string& value : order_values_of(right, "r.")) query.order_values.push_back(std::move(value));
    }
    return query;
}

}  // namespace sluice
