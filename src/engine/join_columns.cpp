#include "engine/join_columns.hpp"

#include <fmt/format.h>

#include <map>
#include <set>
#include <string_view>

namespace sluice {
namespace {

using Positions = std::map<std::string_view, std::size_t>;

Positions positions_of(std::span<const std::string> names) {
    Positions positions;
    for (std::size_t i = 0; i < names.size(); ++i) positions.emplace(names[i], i);
    return positions;
}

std::optional<std::size_t> find(const Positions& positions, std::string_view name) {
    const auto found = positions.find(name);
    return found == positions.end() ? std::nullopt : std::optional(found->second);
}

// The left column of a result, as messages name it: "left 'timestamp'".
std::string origin(const JoinedColumn& column, std::span<const std::string> left, std::span<const std::string> right) {
    return column.left ? fmt::format("left '{}'", left[*column.left]) : fmt::format("right '{}'", right[*column.right]);
}

Result<> refuse_clashes(const std::vector<JoinedColumn>& columns, std::span<const std::string> left,
                        std::span<const std::string> right) {
    std::map<std::string_view, const JoinedColumn*> first;
    for (const JoinedColumn& column : columns) {
        const auto [found, fresh] = first.emplace(column.name, &column);
        if (fresh) continue;
        return data_error(
            "name_clash",
            fmt::format("two columns of the join would be named '{}': {} and {}; choose other suffixes, or "
                        "rename one of them with a select before the join",
                        column.name, origin(*found->second, left, right), origin(column, left, right)));
    }
    return {};
}

}  // namespace

Result<std::vector<JoinedColumn>> join_columns(std::span<const std::string> left, std::span<const std::string> right,
                                               const JoinShape& shape) {
    const bool left_only = shape.how == JoinKind::semi || shape.how == JoinKind::anti;
    const Positions left_at = positions_of(left);
    const Positions right_at = positions_of(right);
    std::map<std::string_view, const JoinKey*> key_of_left;
    std::map<std::string_view, const JoinKey*> key_of_right;
    for (const JoinKey& key : shape.keys) {
        key_of_left.emplace(key.left, &key);
        key_of_right.emplace(key.right, &key);
    }
    // A name that both sides bring into the result.
    const auto in_both = [&](const std::string& name) {
        return left_at.contains(name) && right_at.contains(name) && !key_of_right.contains(name);
    };

    std::vector<JoinedColumn> columns;
    for (std::size_t i = 0; i < left.size(); ++i) {
        JoinedColumn column{.name = left[i], .left = i, .right = {}};
        if (!left_only) {
            if (in_both(left[i])) column.name += shape.left_suffix;
            if (const auto key = key_of_left.find(left[i]); key != key_of_left.end()) {
                column.right = find(right_at, key->second->right);
            }
        }
        columns.push_back(std::move(column));
    }
    if (left_only) return columns;

    for (std::size_t i = 0; i < right.size(); ++i) {
        JoinedColumn column{.name = right[i], .left = {}, .right = i};
        if (const auto key = key_of_right.find(right[i]); key != key_of_right.end()) {
            if (left_at.contains(key->second->left)) continue;
            column.name = key->second->left;
        } else if (in_both(right[i])) {
            column.name += shape.right_suffix;
        }
        columns.push_back(std::move(column));
    }
    TRY(refuse_clashes(columns, left, right));
    return columns;
}

}  // namespace sluice
