// The size of a terminal.
#pragma once

#include <cstddef>

namespace sluice {

struct TerminalSize {
    std::size_t width = 80;
    std::size_t height = 24;
};

// Of the terminal that a descriptor is; 80 by 24 for what is none.
[[nodiscard]] TerminalSize terminal_size(int descriptor);

// How wide a result may be: the terminal's width; where stdout is none, $COLUMNS, else 80.
[[nodiscard]] std::size_t stdout_width();

}  // namespace sluice
