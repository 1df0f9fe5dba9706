// Where rows end: what a format knows for files that must be read in sequence (stream_chunks.hpp).
#pragma once

#include <cstddef>
#include <string_view>

namespace sluice::formats {

// Positions just behind the end of a row, in the bytes at hand.
struct RowEnds {
    static constexpr std::size_t kNone = ~std::size_t{0};
    std::size_t first = kNone;
    std::size_t last = kNone;
};

// One for each file and pass, so it may keep state, such as whether a quoted text is open. One thread at a time.
class RowSplitter {
public:
    virtual ~RowSplitter() = default;
    // The next bytes of the text: where the first and the last row that end in them end. The pieces come one behind the
    // other, each once, whatever the rows in them; a byte order mark is left out.
    [[nodiscard]] virtual RowEnds find_ends(std::string_view bytes) = 0;
};

// A row ends with its newline, whatever it holds.
class LineSplitter final : public RowSplitter {
public:
    [[nodiscard]] RowEnds find_ends(std::string_view bytes) override {
        const std::size_t first = bytes.find('\n');
        if (first == std::string_view::npos) return {};
        return {first + 1, bytes.rfind('\n') + 1};
    }
};

}  // namespace sluice::formats
