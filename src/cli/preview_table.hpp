// Rows of data as a table that fits a terminal. Pure functions.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/text_table.hpp"

namespace sluice {

struct DataColumn {
    std::string name;
    Align align = Align::left;
};

// A value of JSON as a cell shows it: text without quotes, unless it would then read as another value (null, 12, true,
// nothing at all); control characters escaped.
[[nodiscard]] std::string cell_text(const std::string& json);

// A line of names, a rule, the rows. Columns that are too wide together are cut, the widest first, each cell ending in
// an ellipsis; columns for which no room is left are named in a line below the table. `cells` are printable, one for
// each column.
[[nodiscard]] std::string data_table(const std::vector<DataColumn>& columns,
                                     const std::vector<std::vector<std::string>>& cells, std::size_t width);

}  // namespace sluice
