// What a join is, and which columns it gives: the one rule that both engines and the plan share.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

enum class JoinKind { inner, left, right, full, semi, anti };

struct JoinKey {
    std::string left;
    std::string right;
};

struct JoinShape {
    JoinKind how = JoinKind::inner;
    std::vector<JoinKey> keys;  // at least one
    std::string left_suffix = "_x";
    std::string right_suffix = "_y";
};

struct JoinedColumn {
    std::string name;                 // in the join's result
    std::optional<std::size_t> left;  // index into the left columns
    std::optional<std::size_t>
        right;  // index into the right columns; both are set for a key column (left name; coalesced)
};

// The result's columns: the left ones in order, then the right ones without the key columns; a name that both have gets
// the suffixes. semi and anti: the left columns only. A key column that only the right side has stands at its own place
// with `left` unset. Fails (kind data, code "name_clash") when two result columns have one name.
[[nodiscard]] Result<std::vector<JoinedColumn>> join_columns(std::span<const std::string> left,
                                                             std::span<const std::string> right,
                                                             const JoinShape& shape);

// Where each name of a side stands. The names outlive it.
using ColumnPositions = std::unordered_map<std::string_view, std::size_t>;
[[nodiscard]] ColumnPositions positions_of(std::span<const std::string> names);

// The same rule for one column, which may come when the others are long known: the name that it has in the result.
[[nodiscard]] std::string joined_left_name(const std::string& name, const ColumnPositions& right,
                                           const JoinShape& shape);
// Nothing: a key that the left has too, whose column the left gives.
[[nodiscard]] std::optional<std::string> joined_right_name(const std::string& name, const ColumnPositions& left,
                                                           const JoinShape& shape);

}  // namespace sluice
