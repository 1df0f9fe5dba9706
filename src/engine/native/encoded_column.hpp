// A source's column in the form that the computations need: codes of keys, numbers split into digits and scale, times
// as integers, or just which rows have a value. Made block by block in the scan's threads and put together afterwards.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/native/key_domain.hpp"
#include "rows/block.hpp"
#include "rows/time_reader.hpp"
#include "rows/token.hpp"
#include "utils/large_memory.hpp"

namespace sluice {

// Which forms of a column are wanted.
struct ColumnUse {
    std::string name;
    std::optional<std::size_t> domain;  // codes, of this domain
    bool numbers = false;
    bool presence = false;
    std::optional<TimeReader> times;  // the column is declared a timestamp
    bool nanoseconds = false;
};

// A row's number is mantissa * 10^-scale, unless the scale says something else.
struct NumberColumn {
    static constexpr std::int8_t kNull = std::numeric_limits<std::int8_t>::min();
    static constexpr std::int8_t kLong = kNull + 1;  // the mantissa is a position in `long_numbers`
    LargeVector<std::int64_t> mantissas;
    LargeVector<std::int8_t> scales;
    std::vector<std::string> long_numbers;  // as written
};

struct TimeColumn {
    static constexpr std::int64_t kNull = std::numeric_limits<std::int64_t>::min();
    LargeVector<std::int64_t> microseconds;
    LargeVector<std::int32_t> nanoseconds;  // empty unless the type is timestamp_ns
};

struct EncodedColumn {
    LargeVector<Code> codes;
    NumberColumn numbers;
    TimeColumn times;
    LargeVector<std::uint8_t> present;
    std::vector<bool> spelled_as_integer;  // by row; empty where no key's text depends on it
    std::optional<Ordinal> unkeyable;      // first number whose exponent is too long for a key
    std::optional<Ordinal> huge_exponent;  // first number whose exponent is too large for arithmetic
};

// Encodes one block's values of a column. Values of kinds that the use has no place for count as null: whoever uses the
// column looks at its kinds first.
[[nodiscard]] EncodedColumn encode(const ColumnUse& use, std::span<const Token> values,
                                   std::span<const Ordinal> ordinals, KeyDomain* domain, int thread);

// One block's part of a column.
struct ColumnPart {
    EncodedColumn* column = nullptr;
    std::size_t first_row = 0;
};

// Puts the parts together, in input order, `rows` in all. Each part is freed as it is taken.
[[nodiscard]] EncodedColumn assemble(const ColumnUse& use, std::span<const ColumnPart> parts, std::size_t rows);

}  // namespace sluice
