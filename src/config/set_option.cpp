#include "config/set_option.hpp"

#include <fmt/format.h>

#include "config/loading.hpp"
#include "config/source_text.hpp"
#include "config/tree_reader.hpp"
#include "config/validation.hpp"

namespace sluice {
namespace {

constexpr std::string_view kForm = "the form is --set path=value, as in --set 'destinations[local].durability=none'";

class SetOption {
public:
    SetOption(const std::string& option, const Environment& environment, Diagnostics& diagnostics)
        : option_(option),
          file_(std::make_shared<const std::string>("--set " + option)),
          environment_(environment),
          diagnostics_(diagnostics) {
        diagnostics_.remember_text(*file_, option_);
    }

    void apply(Tree& root);

private:
    std::optional<Tree> read_value(std::size_t start);
    Tree* item(Tree& list, std::string_view list_key, std::string_view name, std::size_t at);
    [[nodiscard]] Tree::Place place(std::size_t offset) const {
        std::uint32_t column = 1;
        for (std::size_t i = 0; i < offset; ++i)
            column += (static_cast<unsigned char>(option_[i]) & 0xC0U) != 0x80U ? 1U : 0U;
        return {file_, 0, column};
    }
    std::nullptr_t fault(std::size_t offset, std::string message, std::string suggestion = {},
                         std::string hint = std::string(kForm)) {
        diagnostics_.add(Tree(place(offset)).location(), std::move(message), std::move(suggestion), std::move(hint));
        return nullptr;
    }
    Tree* child(Tree& map, std::string_view key, std::size_t at);

    const std::string& option_;
    std::shared_ptr<const std::string> file_;
    const Environment& environment_;
    Diagnostics& diagnostics_;
};

// The value of a key, made when it is absent or null, with the place of the command line.
Tree* SetOption::child(Tree& map, std::string_view key, std::size_t at) {
    if (map.is_null()) map = Tree(place(at), Tree::Kind::map);
    if (!map.is_map()) return fault(at, fmt::format("'{}' is set in what is {}, not a map", key, map.kind_name()));
    for (Tree::Entry& entry : map.mutable_entries()) {
        if (entry.key.text() == key) return &entry.value;
    }
    map.mutable_entries().push_back({Tree::scalar(place(at), std::string(key)), Tree(place(at))});
    return &map.mutable_entries().back().value;
}

Tree* SetOption::item(Tree& list, std::string_view list_key, std::string_view name, std::size_t at) {
    if (!list.is_list()) return fault(at, fmt::format("'{}' is {}, not a list with names", list_key, list.kind_name()));
    std::vector<std::string_view> names;
    Tree* found = nullptr;
    for (Tree& candidate : list.mutable_items()) {
        const Tree* text = item_name(candidate, list_key);
        if (text == nullptr) continue;
        names.push_back(text->text());
        if (text->text() != name) continue;
        if (found != nullptr)
            return fault(at, fmt::format("two items of {} are named {}", list_key, in_quotes(name)), {},
                         "give each a `name`");
        found = &candidate;
    }
    if (found != nullptr) return found;
    return fault(at, fmt::format("no item of {} is named {}", list_key, in_quotes(name)),
                 suggestion(name, names, diagnostics_), allowed_hint(names));
}

std::optional<Tree> SetOption::read_value(std::size_t start) {
    const std::string text = option_.substr(start);
    if (text == "null" || text == "~") return Tree(place(start));
    Tree value = Tree::scalar(place(start), text);
    // A quoted text is YAML too, so that there is a way to write text that starts with [.
    if (!text.empty() && std::string_view("[{\"'").find(text.front()) != std::string_view::npos) {
        Diagnostics inner;
        auto source = SourceText::check(*file_, text, false, inner);
        auto tree = source ? read_tree(*source, inner) : std::nullopt;
        if (!inner.empty()) {
            fault(start, fmt::format("{} starts like a YAML list or map, but is none", in_quotes(text)), {},
                  "text that starts with [ or { needs quotes within the value: --set 'path=\"[text]\"'");
            return std::nullopt;
        }
        value = std::move(*tree);
    }
    return value;
}

// Every node within a value of the command line has one place: where the value starts.
void move_to(Tree& tree, const Tree::Place& place) {
    tree.move_to(place);
    for (Tree& item : tree.mutable_items()) move_to(item, place);
    for (Tree::Entry& entry : tree.mutable_entries()) {
        entry.key.move_to(place);
        move_to(entry.value, place);
    }
}

void SetOption::apply(Tree& root) {
    Tree* node = &root;
    std::size_t at = 0;
    while (true) {
        const std::size_t end = std::min(option_.find_first_of(".[=", at), option_.size());
        if (end == option_.size()) return void(fault(0, fmt::format("{} has no '='", in_quotes(option_))));
        const std::string_view key = std::string_view(option_).substr(at, end - at);
        if (key.empty()) return void(fault(at, "a key is missing in the path"));
        node = child(*node, key, at);
        if (node == nullptr) return;
        at = end;
        if (option_[at] == '[') {
            const std::size_t close = option_.find(']', at);
            if (close == std::string::npos) return void(fault(at, "a ']' is missing in the path"));
            node = item(*node, key, std::string_view(option_).substr(at + 1, close - at - 1), at + 1);
            if (node == nullptr) return;
            at = close + 1;
        }
        if (at < option_.size() && option_[at] == '=') break;
        if (at >= option_.size() || option_[at] != '.')
            return void(fault(std::min(at, option_.size()), "after ']' comes '.' or '='"));
        ++at;
    }
    auto value = read_value(at + 1);
    if (!value) return;
    move_to(*value, place(at + 1));
    replace_variables(*value, environment_, diagnostics_);
    *node = std::move(*value);
}

}  // namespace

void apply_set_option(Tree& root, const std::string& option, const Environment& environment, Diagnostics& diagnostics) {
    SetOption(option, environment, diagnostics).apply(root);
}

}  // namespace sluice
