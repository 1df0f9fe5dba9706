#include "engine/join_columns.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {
namespace {

const JoinKey* key_with(const JoinShape& shape, std::string JoinKey::*side, std::string_view name) {
    const auto found = std::ranges::find(shape.keys, name, side);
    return found == shape.keys.end() ? nullptr : &*found;
}

std::optional<std::size_t> find(const ColumnPositions& positions, std::string_view name) {
    const auto found = positions.find(name);
    return found == positions.end() ? std::nullopt : std::optional(found->second);
}

bool is_left_only(const JoinShape& shape) { return shape.how == JoinKind::semi || shape.how == JoinKind::anti; }

// The left column of a result, as messages name it: "left 'timestamp'".
std::string origin(const JoinedColumn& column, std::span<const std::string> left, std::span<const std::string> right) {
    return column.left ? fmt::format("left '{}'", left[*column.left]) : fmt::format("right '{}'", right[*column.right]);
}

Result<> refuse_clashes(const std::vector<JoinedColumn>& columns, std::span<const std::string> left,
                        std::span<const std::string> right) {
    std::unordered_map<std::string_view, const JoinedColumn*> first;
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

ColumnPositions positions_of(std::span<const std::string> names) {
    ColumnPositions positions;
    positions.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) positions.emplace(names[i], i);
    return positions;
}

std::string joined_left_name(const std::string& name, const ColumnPositions& right, const JoinShape& shape) {
    if (is_left_only(shape)) return name;
    const bool in_both = right.contains(name) && key_with(shape, &JoinKey::right, name) == nullptr;
    return in_both ? name + shape.left_suffix : name;
}

std::optional<std::string> joined_right_name(const std::string& name, const ColumnPositions& left,
                                             const JoinShape& shape) {
    if (const JoinKey* key = key_with(shape, &JoinKey::right, name); key != nullptr) {
        return left.contains(key->left) ? std::nullopt : std::optional(key->left);
    }
    return left.contains(name) ? name + shape.right_suffix : name;
}

Result<std::vector<JoinedColumn>> join_columns(std::span<const std::string> left, std::span<const std::string> right,
                                               const JoinShape& shape) {
    const ColumnPositions left_at = positions_of(left);
    const ColumnPositions right_at = positions_of(right);
    std::vector<JoinedColumn> columns;
    for (std::size_t i = 0; i < left.size(); ++i) {
        JoinedColumn column{.name = joined_left_name(left[i], right_at, shape), .left = i, .right = {}};
        const JoinKey* key = is_left_only(shape) ? nullptr : key_with(shape, &JoinKey::left, left[i]);
        if (key != nullptr) column.right = find(right_at, key->right);
        columns.push_back(std::move(column));
    }
    if (is_left_only(shape)) return columns;
    for (std::size_t i = 0; i < right.size(); ++i) {
        std::optional<std::string> name = joined_right_name(right[i], left_at, shape);
        if (name) columns.push_back({.name = *std::move(name), .left = {}, .right = i});
    }
    TRY(refuse_clashes(columns, left, right));
    return columns;
}

}  // namespace sluice
