// How a CSV file is written (RFC 4180 and what the field makes of it).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sluice::formats::csv {

struct Dialect {
    char delimiter = ',';
    std::optional<char> quote = '"';
};

// The delimiters that are looked for where none is declared, most likely first.
inline constexpr std::array<char, 4> kDelimiters{',', ';', '\t', '|'};

// What the config declares; what it leaves open is found out from each file.
struct Declared {
    std::optional<char> delimiter;
    std::optional<char> quote = '"';
    bool header = true;              // the first row names the columns
    std::vector<std::string> names;  // without a header; empty: column_1, column_2, ...
};

// What a file's beginning says.
struct FileLayout {
    Dialect dialect;
    std::vector<std::string> names;
    std::uint64_t data_begin = 0;  // of the first row below the header, in the file's text
};

}  // namespace sluice::formats::csv
