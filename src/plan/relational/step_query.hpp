// What a step becomes: one SELECT over the tables of its inputs, in parts, so that it can fill a table or be streamed.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/duckdb/duckdb_engine.hpp"
#include "plan/logical.hpp"
#include "plan/relational/bound_relation.hpp"
#include "plan/relational/refusals.hpp"
#include "plan/relational/value_types.hpp"
#include "utils/result.hpp"

namespace sluice {

// The columns of a relation that something reads.
struct NeededColumns {
    bool all = true;
    std::set<std::string, std::less<>> names;

    [[nodiscard]] bool has(std::string_view name) const { return all || names.contains(name); }
    void add(std::string_view name) {
        if (!all) names.emplace(name);
    }
};

// A grouping whose groups are too many at once: its tail, for those of one pass.
struct GroupPasses {
    std::string rows;           // "FROM ... WHERE ..."
    std::string keys;           // of a group
    std::string groups;         // " GROUP BY ..."
    std::uint64_t states = 1;   // aggregates that keep something for each group
    bool keeps_values = false;  // for each distinct value, too: rows say how much, not groups

    // The tail for pass number `pass` of `count`, from 0.
    [[nodiscard]] std::string tail(std::uint64_t pass, std::uint64_t count) const;
    // How many groups there are, about, as a query.
    [[nodiscard]] std::string group_count() const;
};

struct StepQuery {
    std::vector<BoundColumn> columns;
    std::vector<std::string> values;  // the token of each column; empty where nothing needs it
    std::vector<OrderColumn> order;
    std::vector<std::string> order_values;  // SQL, one for each of `order`
    std::string also;                       // ", <value> AS <name>": more for the select list
    std::string tail;                       // "FROM ..." and what follows
    std::optional<GroupPasses> passes;      // of a grouping that DuckDB cannot spill
    Location location;                      // of what an evaluation may fail in

    // SELECT <order_values> AS o0, ..., <values> AS c0, ... <tail>
    [[nodiscard]] std::string select() const;
    // The rows in order, all columns as tokens.
    [[nodiscard]] std::string ordered_tokens() const;
};

// All that the making of a step's query may ask for.
struct StepContext {
    DuckdbEngine& engine;
    const Refusals& refusals;
    const NotationIds& notations;
    const Relation& relation;
    const NeededColumns& needed;
    std::vector<std::string>& warnings;
    std::size_t mask_key = 0;  // of a mask step: its key's place in DuckdbSettings::mask_keys

    [[nodiscard]] Error refuse(const Location& location, std::string code, std::string_view reason) const {
        return Refusals::refuse(location, relation, std::move(code), reason);
    }
    void warn(const Location& location, std::string_view what) const;
};

// The token of a column of `input`, or a typed NULL where there is none.
[[nodiscard]] std::string token_of_column(const std::optional<std::size_t>& column, std::string_view prefix = {});
// All columns and the order of the input, those that nothing needs without a value; the tail is left to the caller.
[[nodiscard]] StepQuery carried(const StepContext& context, const BoundRelation& input);
// The column's position in `input`; fails (kind data) where it has none, and gives nothing if `input` has no rows.
[[nodiscard]] Result<std::optional<std::size_t>> column_of(const StepContext& context, const NamedColumn& column,
                                                           const BoundRelation& input);
// prefix + "o0", ... for each order column of `input`.
[[nodiscard]] std::vector<std::string> order_values_of(const BoundRelation& input, std::string_view prefix = {});

// One for each kind of node. Each fails (kind data) with place and reason for what design.md refuses.
[[nodiscard]] Result<StepQuery> join_query(const StepContext& context, const JoinNode& node, const BoundRelation& left,
                                           const BoundRelation& right);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const CountByNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const GroupByNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const FilterNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const SelectNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const SortNode& node,
                                           const BoundRelation& input);
// `names` are those of the inputs.
[[nodiscard]] Result<StepQuery> union_query(const StepContext& context, const UnionNode& node,
                                            const std::vector<std::string_view>& names,
                                            const std::vector<const BoundRelation*>& inputs);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const UnnestNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const DedupeNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const DeriveNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const RenameNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const DropNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const CastNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const FillNode& node,
                                           const BoundRelation& input);
[[nodiscard]] Result<StepQuery> step_query(const StepContext& context, const MaskNode& node,
                                           const BoundRelation& input);

}  // namespace sluice
