// A cell's text, and what it is as a JSON token.
#pragma once

#include <string>
#include <string_view>

#include "formats/csv/chunk_rows.hpp"
#include "formats/csv/dialect.hpp"
#include "rows/declared_type.hpp"
#include "rows/token.hpp"

namespace sluice::formats::csv {

// Appends the cell's characters: a doubled quote once.
void append_text(const char* data, const Cell& cell, const Dialect& dialect, std::string& out);
// Appends it as a JSON text.
void append_json_text(const char* data, const Cell& cell, const Dialect& dialect, std::string& out);

// The token of a cell, which is not null, in a column whose type is declared: a number or boolean where the type asks
// for one and the cell is one, else a text. `out` is empty and gets the text.
[[nodiscard]] Token declared_token(const char* data, const Cell& cell, const Dialect& dialect,
                                   const DeclaredType& declared, std::string& out);

}  // namespace sluice::formats::csv
