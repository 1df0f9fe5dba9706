// Lays out nested lines as a tree for a terminal; long lines are wrapped at blanks. Not thread-safe; never fails.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sluice {

class TextTree {
public:
    explicit TextTree(std::size_t width) : width_(width) {}

    // A line below the last one of `depth` - 1; depth 0 stands at the margin, with a blank line before all but the
    // first. Control characters in it are replaced.
    void add(std::size_t depth, const std::string& text);
    [[nodiscard]] std::string text() const;

private:
    struct Line {
        std::size_t depth;
        std::string text;
    };
    // Whether another line of `depth` follows below the same parent.
    [[nodiscard]] bool has_sibling(std::size_t line, std::size_t depth) const;
    void append(std::size_t line, std::string& out) const;

    std::size_t width_;
    std::vector<Line> lines_;
};

}  // namespace sluice
