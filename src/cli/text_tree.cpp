#include "cli/text_tree.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cli/terminal_text.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLeastWidth = 20;

// As many words as fit, at least a part of one, and takes them from `text`.
std::string take_line(std::string_view& text, std::size_t width) {
    if (text_width(text) <= width) return std::string(std::exchange(text, {}));
    std::size_t end = 0;
    for (std::size_t blank = text.find(' '); blank != std::string_view::npos; blank = text.find(' ', blank + 1)) {
        if (text_width(text.substr(0, blank)) > width) break;
        end = blank;
    }
    if (end == 0) {  // one word that is longer than a line
        end = std::max(fit_text(text, width, "").size(), std::max<std::size_t>(character_length(text), 1));
    }
    std::string line(text.substr(0, end));
    text.remove_prefix(end);
    if (text.starts_with(' ')) text.remove_prefix(1);
    return line;
}

}  // namespace

void TextTree::add(std::size_t depth, const std::string& text) { lines_.push_back({depth, printable(text)}); }

bool TextTree::has_sibling(std::size_t line, std::size_t depth) const {
    for (std::size_t next = line + 1; next < lines_.size() && lines_[next].depth >= depth; ++next)
        if (lines_[next].depth == depth) return true;
    return false;
}

void TextTree::append(std::size_t line, std::string& out) const {
    const std::size_t depth = lines_[line].depth;
    std::string before;
    for (std::size_t level = 1; level < depth; ++level) before += has_sibling(line, level) ? "│  " : "   ";
    std::string first = before;
    std::string further = before;
    if (depth > 0) {
        const bool more = has_sibling(line, depth);
        first += more ? "├─ " : "└─ ";
        further += more ? "│  " : "   ";
    }
    const bool has_children = line + 1 < lines_.size() && lines_[line + 1].depth > depth;
    if (depth > 0) further += has_children ? "│ " : "  ";
    std::string_view rest = lines_[line].text;
    std::string start = first;
    do {
        const std::size_t indent = text_width(start);
        const std::size_t room = width_ > indent + kLeastWidth ? width_ - indent : kLeastWidth;
        out += start + take_line(rest, room) + '\n';
        start = further;
    } while (!rest.empty());
}

std::string TextTree::text() const {
    std::string out;
    for (std::size_t line = 0; line < lines_.size(); ++line) {
        if (lines_[line].depth == 0 && line > 0) out += '\n';
        append(line, out);
    }
    return out;
}

}  // namespace sluice
