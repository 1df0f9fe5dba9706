// Says how two output files differ, in words that name keys and rows. Pure functions of two texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct OutputDifference {
    std::vector<std::string> lines;  // the first few: "key \"view\": expected 2, got 3"
    std::size_t more = 0;            // differences that are not in `lines`
};

// `expected` and `actual` are not equal. Objects are compared by key, arrays of rows and JSON lines by row; values to
// the letter. Text that is no JSON is compared by line.
[[nodiscard]] OutputDifference output_difference(std::string_view expected, std::string_view actual, std::size_t most);

}  // namespace sluice
