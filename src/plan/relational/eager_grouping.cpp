// The grouping is SELECT ... FROM own JOIN partners USING (j) GROUP BY g: own is the side that has the group key, with
// g, the group's key bytes, and j, the join key's; partners has for each join key n, the rows of the other side, and
// what is measured there.
//
// mean_gap is (last - first) / rows over the joined rows of a group, which come in the order of the left rows and then
// of the right ones. So the first joined row with a time is found from the least left ordinal there is, and among equal
// ones the least right ordinal: arg_min over both as one number.
#include "plan/relational/eager_grouping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>

#include "plan/physical.hpp"
#include "plan/relational/aggregate_rules.hpp"

namespace sluice {

namespace {

constexpr std::string_view kNothing = "NULL AS nothing";  // stands for a column that is missing

// A column of the join: which side it is on and its token there.
struct SideColumn {
    BoundColumn column;
    bool left = true;
    std::string token;  // "c3", or a typed NULL for a column that is missing
};

struct Measure {
    AggregateColumn aggregate;
    SideColumn input;
};

const ScanNode* scan_at(const LogicalPlan& plan, RelationId id) {
    return std::get_if<ScanNode>(&plan.relations[id].node);
}

std::vector<std::string> names_of(const ScanSummary& summary) {
    std::vector<std::string> names;
    for (const ColumnSummary& column : summary.columns) names.push_back(column.name);
    return names;
}

// Whether its values can be keys, and with `summed` whether they can be summed up as decimals.
bool takes(const ColumnSummary& column, bool summed) {
    if (!column.has(Kind::number)) return true;
    ColumnFacts facts;
    facts.kinds = 1U << static_cast<unsigned>(Kind::number);
    facts.numbers = column.numbers;
    return !facts.numbers.huge_exponent && (!summed || sums_as_decimal(facts));
}

// What one aggregate becomes: SQL over s and w, and what w must hold for it.
class EagerMeasure {
public:
    EagerMeasure(const StepContext& context, const Measure& measure, bool own_left, std::size_t index)
        : context_(context),
          measure_(measure),
          facts_(measure.input.column.facts),
          token_(measure.input.token),
          own_left_(own_left),
          is_own_(measure.input.left == own_left),
          prefix_(fmt::format("m{}", index)) {}

    Result<BoundColumn> bind();
    [[nodiscard]] const std::string& value() const { return value_; }
    [[nodiscard]] const std::string& having() const { return having_; }
    // ", <value> AS m0n, ...": of the other side, by join key.
    [[nodiscard]] const std::string& partner_list() const { return partner_list_; }
    // Whether it reads its column from the side that has the group key.
    [[nodiscard]] bool is_own() const { return is_own_; }

private:
    // A value folded by join key on the other side; gives its name.
    std::string partner(char letter, const std::string& value) {
        partner_list_ += fmt::format(", {} AS {}{}", value, prefix_, letter);
        return fmt::format("{}{}", prefix_, letter);
    }
    [[nodiscard]] std::string present() const { return fmt::format("{} IS NOT NULL", token_); }
    // How many joined rows of the group have a value; NULL for none, unless it is on the other side.
    std::string rows() {
        if (is_own_) return fmt::format("sum(n) FILTER (WHERE {})", present());
        return fmt::format("sum({})", partner('n', fmt::format("count({})", token_)));
    }
    std::string sum() {
        const std::string value = decimal_value(facts_, token_);
        if (is_own_) return fmt::format("sum({} * CAST(n AS DECIMAL(19,0)))", value);
        return fmt::format("sum({})", partner('s', fmt::format("sum({})", value)));
    }
    std::string all_integers() {
        if (facts_.numbers.all_integers) return "true";
        if (is_own_) return fmt::format("bool_and(sl_spelled({}))", token_);
        return fmt::format("bool_and({})", partner('i', fmt::format("bool_and(sl_spelled({}))", token_)));
    }
    void bind_gap();
    template <typename Part>
    std::string end_of_group(bool first, char letter, Part part);
    std::string time_at_end(bool first);

    const StepContext& context_;
    const Measure& measure_;
    const ColumnFacts& facts_;
    const std::string& token_;
    bool own_left_;
    bool is_own_;
    std::string prefix_;
    std::string value_;
    std::string having_;
    std::string partner_list_;
};

// One part of the time of the group's first or last joined row that has one: `part` gives it of a token.
template <typename Part>
std::string EagerMeasure::end_of_group(bool first, char letter, Part part) {
    const std::string_view function = first ? "arg_min" : "arg_max";
    const std::string_view ordinal = first ? "min" : "max";
    const auto place_letter = static_cast<char>(letter + 1);
    if (is_own_) {
        std::string by = "CAST(o0 AS BIGINT)";
        if (!own_left_) {
            constexpr std::string_view kHigh = "18446744073709551616::HUGEINT";  // 2^64
            by = fmt::format("{} * {} + CAST(o0 AS HUGEINT)",
                             partner(place_letter, fmt::format("CAST({}(o0) AS HUGEINT)", ordinal)), kHigh);
        }
        return fmt::format("{}({}, {}) FILTER (WHERE {})", function, part(token_), by, present());
    }
    const std::string filter = fmt::format("FILTER (WHERE {} IS NOT NULL)", token_);
    const std::string value =
        partner(letter, fmt::format("{}({}, CAST(o0 AS BIGINT)) {}", function, part(token_), filter));
    const std::string by = own_left_ ? "CAST(o0 AS BIGINT)"
                                     : partner(place_letter, fmt::format("CAST({}(o0) {} AS BIGINT)", ordinal, filter));
    return fmt::format("{}({}, {}) FILTER (WHERE {} IS NOT NULL)", function, value, by, value);
}

// In nanoseconds, HUGEINT. arg_min and arg_max have states of a fixed size, which can be spilled, for BIGINT only, so
// the time is two numbers: microseconds, and where the type has them the nanoseconds that are left.
std::string EagerMeasure::time_at_end(bool first) {
    const BoundColumn& column = measure_.input.column;
    const auto time = [&](const std::string& token) {
        return has_only_nulls(facts_) ? "CAST(NULL AS HUGEINT)" : time_value(column, token, context_.notations);
    };
    const auto microseconds = [&](const std::string& token) {
        return fmt::format("CAST({} // 1000 AS BIGINT)", time(token));
    };
    const auto rest = [&](const std::string& token) { return fmt::format("CAST({} % 1000 AS BIGINT)", time(token)); };
    const std::string whole =
        fmt::format("CAST({} AS HUGEINT) * 1000", end_of_group(first, first ? 'a' : 'd', microseconds));
    if (column.meaning != Meaning::timestamp_ns) return whole;
    return fmt::format("({} + {})", whole, end_of_group(first, first ? 'u' : 'x', rest));
}

void EagerMeasure::bind_gap() {
    const std::string timed = fmt::format("coalesce({}, 0)", rows());
    const std::string last = time_at_end(false);
    value_ = fmt::format("sl_mean_gap({} - {}, CAST({} AS BIGINT))", last, time_at_end(true), timed);
    having_ = fmt::format("{} > 0", timed);
}

Result<BoundColumn> EagerMeasure::bind() {
    const AggregateColumn& aggregate = measure_.aggregate;
    const bool missing = facts_.computed == "NULL";
    switch (aggregate.function) {
        case Aggregation::sum:
        case Aggregation::avg: {
            TRY(check_summable(context_, aggregate, measure_.input.column));
            const bool sums = aggregate.function == Aggregation::sum;
            BoundColumn column = computed_column(aggregate.name, sums ? kTypeBySurvey : "DOUBLE");
            value_ = "CAST(NULL AS VARCHAR)";
            if (missing || has_only_nulls(facts_)) return column;
            const std::string total = sum();
            value_ = sums ? exact_sum_token(total, all_integers()) : exact_mean_token(total, rows());
            return column;
        }
        case Aggregation::mean_gap:
            TRY(check_times(context_, aggregate, measure_.input.column));
            bind_gap();
            return computed_column(aggregate.name, "INTERVAL", Meaning::duration);
        default:
            value_ = missing             ? "CAST(NULL AS VARCHAR)"
                     : !aggregate.column ? "CAST(sum(n) AS VARCHAR)"
                                         : fmt::format("CAST(coalesce({}, 0) AS VARCHAR)", rows());
            return computed_column(aggregate.name, "BIGINT");
    }
}

// Names as the join gives them, found on its sides.
class Sides {
public:
    Sides(const StepContext& context, const EagerJoin& join) : context_(context), query_(join.query) {
        joined_.columns = query_.columns;
    }

    [[nodiscard]] const BoundRelation& joined() const { return joined_; }
    [[nodiscard]] std::optional<SideColumn> find(const std::string& name) const {
        const auto index = joined_.find(name);
        if (!index) return std::nullopt;
        const std::string& value = query_.values[*index];  // "l.c3"
        return SideColumn{joined_.columns[*index], value.front() == 'l', value.substr(2)};
    }
    [[nodiscard]] SideColumn find_or_null(const AggregateColumn& aggregate) const {
        if (!aggregate.column) return {};
        if (auto found = find(*aggregate.column)) return *std::move(found);
        warn_of_no_column(context_, aggregate, joined_);
        return {computed_column({}, "NULL"), true, "nothing"};
    }

private:
    const StepContext& context_;
    const StepQuery& query_;
    BoundRelation joined_;
};

std::string key_token_of(const BoundRelation& side, const std::string& key) { return token_of_column(side.find(key)); }

// What the two sides give, in parts: see EagerQuery.
EagerQuery sides_of(const EagerJoin& join, const SideColumn& group, bool spelled, const std::set<std::string>& tokens,
                    const std::string& partner_list) {
    const JoinKey& key = join.node.shape.keys.front();
    const BoundRelation& own = group.left ? join.left : join.right;
    const BoundRelation& other = group.left ? join.right : join.left;
    const std::string own_key = key_token_of(own, group.left ? key.left : key.right);
    const std::string other_key = key_token_of(other, group.left ? key.right : key.left);
    EagerQuery parts;
    parts.own = fmt::format("SELECT o0, sl_key({}) AS j, sl_key({}) AS g", own_key, group.token);
    if (spelled) parts.own += fmt::format(", sl_spelled({}) AS p", group.token);
    for (const std::string& token : tokens) parts.own += ", " + token;
    parts.own += fmt::format(" FROM (SELECT *, {} FROM {})", kNothing, own.table);
    if (partner_list.empty()) {
        parts.partners = group.left ? join.rows_per_key.right : join.rows_per_key.left;
    } else {
        parts.partners = fmt::format(
            "SELECT j, count(*) AS n{} FROM (SELECT *, sl_key({}) AS j, {} FROM {}) WHERE j IS NOT NULL GROUP BY j",
            partner_list, other_key, kNothing, other.table);
        parts.folds_partners = true;
    }
    return parts;
}

// The keys and measures of both kinds of grouping.
struct Grouping {
    std::string key;
    Location key_location;
    std::vector<AggregateColumn> aggregates;
    bool most_frequent_first = false;
};

Grouping grouping_of(const Relation& relation) {
    if (const auto* count_by = std::get_if<CountByNode>(&relation.node)) {
        AggregateColumn count;
        count.name = "count";
        count.location = count_by->key_locations.front();
        return {count_by->keys.front(), count_by->key_locations.front(), {std::move(count)}, true};
    }
    const auto& group_by = std::get<GroupByNode>(relation.node);
    return {group_by.keys.front(), group_by.key_locations.front(), group_by.aggregates, false};
}

}  // namespace

std::optional<RelationId> eager_join_of(const LogicalPlan& plan, RelationId relation,
                                        const std::vector<ScanSummary>& summaries) {
    const Relation& grouping = plan.relations[relation];
    const auto input = folded_input(plan, relation);
    if (!input) return std::nullopt;
    const JoinNode* join = plain_join(plan, *input);
    if (join == nullptr) return std::nullopt;
    const ScanSummary& left = summaries[scan_at(plan, join->left)->source];
    const ScanSummary& right = summaries[scan_at(plan, join->right)->source];
    const auto columns = join_columns(names_of(left), names_of(right), join->shape);
    if (!columns) return std::nullopt;  // refused when the join is made
    const Grouping wanted = grouping_of(grouping);
    for (const JoinedColumn& column : *columns) {
        const bool is_key = column.name == wanted.key || (column.left && column.right);
        const bool summed = std::ranges::any_of(wanted.aggregates, [&](const AggregateColumn& aggregate) {
            return aggregate.column == column.name &&
                   (aggregate.function == Aggregation::sum || aggregate.function == Aggregation::avg);
        });
        if (!is_key && !summed) continue;
        if (column.left && !takes(left.columns[*column.left], summed)) return std::nullopt;
        if (column.right && !takes(right.columns[*column.right], summed)) return std::nullopt;
    }
    return is_plain_join(plan, *input, summaries) ? input : std::nullopt;
}

bool is_plain_join(const LogicalPlan& plan, RelationId relation, const std::vector<ScanSummary>& summaries) {
    const JoinNode* join = plain_join(plan, relation);
    if (join == nullptr) return false;
    const JoinKey& key = join->shape.keys.front();
    const ColumnSummary* left = summaries[scan_at(plan, join->left)->source].find(key.left);
    const ColumnSummary* right = summaries[scan_at(plan, join->right)->source].find(key.right);
    return (left == nullptr || takes(*left, false)) && (right == nullptr || takes(*right, false));
}

NeededColumns read_of_join(const Relation& relation) {
    const Grouping grouping = grouping_of(relation);
    NeededColumns needed{.all = false, .names = {grouping.key}};
    for (const AggregateColumn& aggregate : grouping.aggregates)
        if (aggregate.column) needed.add(*aggregate.column);
    return needed;
}

std::string rows_per_key_query(const BoundRelation& side, const std::string& key) {
    return fmt::format("SELECT j, count(*) AS n FROM (SELECT sl_key({}) AS j FROM {}) WHERE j IS NOT NULL GROUP BY j",
                       key_token_of(side, key), side.table);
}

std::string EagerQuery::joined(const std::string& table) const {
    return fmt::format("SELECT * EXCLUDE (j) FROM ({}) JOIN {} USING (j)", own, table);
}

void EagerQuery::group(const std::string& table) { query.tail = fmt::format("FROM {}{}", table, after); }

Result<EagerQuery> eager_query(const StepContext& context, const EagerJoin& join) {
    const Grouping grouping = grouping_of(context.relation);
    const Sides sides(context, join);
    auto key = sides.find(grouping.key);
    if (!key) {
        warn_of_no_key(context, grouping.key, grouping.key_location, sides.joined());
        key = SideColumn{computed_column({}, "NULL"), true, token_of_column(std::nullopt)};
    }
    const bool spelled = spelling_matters(key->column.facts);

    StepQuery query;
    query.location = grouping.key_location;
    query.columns.push_back(key->column);
    query.columns.back().name = grouping.key;
    query.values.push_back(fmt::format("sl_key_token(g, {})", spelled ? "coalesce(bool_or(p), false)" : "false"));
    query.order.emplace_back();
    query.order_values.emplace_back("g");
    if (grouping.most_frequent_first) {
        query.order.insert(query.order.begin(), OrderColumn{.descending = true});
        query.order_values.insert(query.order_values.begin(), "sum(n)");
    }
    std::string partner_list;
    std::string having;
    std::set<std::string> tokens;  // of the side that has the group key
    for (std::size_t index = 0; index < grouping.aggregates.size(); ++index) {
        const Measure measure{grouping.aggregates[index], sides.find_or_null(grouping.aggregates[index])};
        EagerMeasure bound(context, measure, key->left, index);
        TRY_ASSIGN(BoundColumn column, bound.bind());
        query.columns.push_back(std::move(column));
        query.values.push_back(bound.value());
        partner_list += bound.partner_list();
        if (bound.is_own() && measure.aggregate.column) tokens.insert(measure.input.token);
        if (!bound.having().empty()) having += (having.empty() ? " HAVING " : " AND ") + bound.having();
        query.location = measure.aggregate.location;
    }
    query.also = ", CAST(sum(n) AS BIGINT) AS m";
    EagerQuery parts = sides_of(join, *key, spelled, tokens, partner_list);
    parts.query = std::move(query);
    parts.after = " WHERE g IS NOT NULL GROUP BY g" + having;
    return parts;
}

}  // namespace sluice
