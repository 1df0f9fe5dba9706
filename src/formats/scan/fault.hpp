// Why a row of the input is bad: the documented list of codes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::formats {

enum class Fault : std::uint8_t {
    not_an_object,         // the line's value is something else than {...}
    truncated,             // the line ends inside the object
    trailing_text,         // something follows the object
    unexpected_character,  // a comma, colon, key or value was expected
    bad_literal,           // a word that is not true, false or null: NaN, True, nul
    bad_number,            // 01, 1., .5, +1, 1e
    bad_escape,            // "\q", "\u12"
    lone_surrogate,        // half of a \uD83D\uDE00 pair
    control_character,     // a byte below 0x20 in a text, not escaped
    bad_utf8,
    too_deep,            // more than 1,024 levels
    too_long,            // longer than max_line
    duplicate_key,       // at the top level, compared after unescaping
    bad_type,            // not of the type that the config declares
    not_finite,          // an infinite number or none at all, which JSON cannot write
    bad_timestamp,       // not a time although the config declares one
    missing_cells,       // CSV: fewer cells than the header
    extra_cells,         // CSV: more cells than the header
    text_after_quote,    // CSV: something between a closing quote and the delimiter
    unclosed_quote,      // CSV: the file ends in a quoted cell
    null_character,      // CSV: a NUL byte
    failed_expectation,  // not what `expect:` says, with `severity: quarantine`
    undeclared_column,   // the schema has no such column, and `columns: strict`
};

// The name in reports and quarantine files: "duplicate_key".
[[nodiscard]] std::string_view fault_code(Fault fault);
// A sentence for people.
[[nodiscard]] std::string_view fault_message(Fault fault);

inline constexpr std::size_t kMaxDepth = 1024;  // the line's own object is level 1

struct RowFault {
    Fault fault = Fault::not_an_object;
    std::size_t offset = 0;  // of the byte at fault, in the row; the row's length where more was expected
    std::string column;      // the top-level key whose value is at fault, decoded; may be empty
};

}  // namespace sluice::formats
