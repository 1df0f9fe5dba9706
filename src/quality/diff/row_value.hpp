// What makes two values, and two rows, the same: numbers by value (1.50 is 1.5 is 15e-1), text by its characters
// whatever the escapes, nested values by their text without white space. A column that is null is one that is not
// there. The order of columns is nothing.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "quality/diff/diff_rows.hpp"
#include "rows/token.hpp"

namespace sluice {

// 128 bits of SHA-256: no two of the rows that anybody will ever have share one by chance.
struct Digest {
    std::array<std::uint64_t, 2> words{};
    bool operator==(const Digest&) const = default;
};

class RowValues {
public:
    // `untyped`: text that reads like a number is that number.
    explicit RowValues(bool untyped) : untyped_(untyped) {}

    // Equal exactly for values that are the same; "" for null.
    [[nodiscard]] std::string value(const Token& token);
    // Of all columns, in any order.
    [[nodiscard]] Digest row(const DiffRow& row);
    // Of the named columns, in their order.
    [[nodiscard]] Digest key(const DiffRow& row, const std::vector<std::string>& columns);

private:
    void append(std::string_view name, const Token& token);
    [[nodiscard]] Digest digest() const;

    bool untyped_;
    std::string text_;
    std::vector<const std::pair<std::string_view, Token>*> sorted_;
};

// The field of that name, or null.
[[nodiscard]] const Token* field_of(const DiffRow& row, std::string_view column);

}  // namespace sluice

template <>
struct std::hash<sluice::Digest> {
    std::size_t operator()(const sluice::Digest& digest) const noexcept { return digest.words[0]; }
};
