#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace sluice {

TerminalSize terminal_size(int descriptor) {
    winsize size{};
    TerminalSize found;
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return found;
    if (size.ws_col != 0) found.width = size.ws_col;
    if (size.ws_row != 0) found.height = size.ws_row;
    return found;
}

std::size_t stdout_width() {
    constexpr std::size_t kLeast = 20;
    const TerminalSize size = terminal_size(STDOUT_FILENO);
    const char* given = ::isatty(STDOUT_FILENO) == 1 ? nullptr : std::getenv("COLUMNS");
    if (given == nullptr) return size.width;
    const std::string_view text(given);
    std::size_t columns = 0;
    std::from_chars(text.data(), text.data() + text.size(), columns);
    return columns >= kLeast ? columns : size.width;
}

}  // namespace sluice
