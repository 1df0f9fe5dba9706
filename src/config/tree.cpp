#include "config/tree.hpp"

#include <algorithm>
#include <utility>

#include "config/scalar_types.hpp"

namespace sluice {

Tree::Tree() = default;
Tree::Tree(Place place, Kind kind) : place_(std::move(place)), kind_(kind) {}
Tree::Tree(const Tree&) = default;
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(const Tree&) = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

Tree Tree::scalar(Place place, std::string text) {
    Tree tree(std::move(place), Kind::scalar);
    tree.text_ = std::move(text);
    return tree;
}

Tree Tree::scalar(Place place, const Place& end, std::string text) {
    Tree tree = scalar(std::move(place), std::move(text));
    tree.end_line_ = end.line;
    tree.end_column_ = end.column;
    return tree;
}

Location Tree::end() const {
    Location end = location();
    if (end_line_ > 0) end.line = end_line_, end.column = end_column_;
    return end;
}

void Tree::replace_text(std::string text, bool holds_literal, bool holds_file) {
    written_ = std::exchange(text_, std::move(text));
    holds_literal_ = holds_literal;
    holds_file_ = holds_file;
}

bool Tree::needs_quotes() const noexcept {
    constexpr std::string_view kStartsNumbers = "0123456789+-.";
    return quoted_ &&
           (parse_boolean(text_) || (!text_.empty() && kStartsNumbers.find(text_.front()) != std::string_view::npos));
}

std::string_view Tree::kind_name() const noexcept {
    switch (kind_) {
        case Kind::null:
            return "null";
        case Kind::scalar:
            return "text";
        case Kind::list:
            return "a list";
        case Kind::map:
            return "a map";
    }
    return "";
}

const Tree::Entry* Tree::find_entry(std::string_view key) const noexcept {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.key.text() == key; });
    return found == entries_.end() ? nullptr : &*found;
}

const Tree* Tree::find(std::string_view key) const noexcept {
    const Entry* entry = find_entry(key);
    return entry == nullptr ? nullptr : &entry->value;
}

bool Tree::holds_fault() const noexcept {
    return faulty_ || std::ranges::any_of(items_, &Tree::holds_fault) ||
           std::ranges::any_of(entries_, [](const Entry& entry) { return entry.value.holds_fault(); });
}

Location Tree::location() const {
    return {.file = place_.file ? *place_.file : std::string{}, .line = place_.line, .column = place_.column};
}

}  // namespace sluice
