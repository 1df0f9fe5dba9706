#include "config/set_option.hpp"

#include <fmt/format.h>

#include "config/characters.hpp"
#include "config/loading.hpp"
#include "config/secret_words.hpp"
#include "config/source_text.hpp"
#include "config/tree_reader.hpp"
#include "config/validation.hpp"
#include "utils/secret.hpp"

namespace sluice {
namespace {

constexpr std::string_view kForm = "the form is --set path=value, as in --set 'destinations[local].durability=none'";

class SetOption {
public:
    SetOption(const std::string& option, const Variables& variables, Diagnostics& diagnostics)
        : option_(option),
          file_(std::make_shared<const std::string>("--set " + showable(masked_set_option(option)))),
          variables_(variables),
          diagnostics_(diagnostics) {
        diagnostics_.remember_text(*file_, masked_set_option(option_));
    }

    void apply(Tree& root);

private:
    std::optional<Tree> read_value(std::size_t start);
    Tree* child(Tree& map, std::string_view key, std::size_t at);
    Tree* item(Tree& map, std::string_view key, std::size_t at, std::string_view name, std::size_t name_at);
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

    const std::string& option_;
    std::shared_ptr<const std::string> file_;
    const Variables& variables_;
    Diagnostics& diagnostics_;
};

// The value of a key, made when it is absent or null, with the place of the command line.
Tree* SetOption::child(Tree& map, std::string_view key, std::size_t at) {
    if (map.is_null()) map = Tree(place(at), Tree::Kind::map);
    if (!map.is_map()) {
        return fault(at, fmt::format("{} is set in what is {}, not a map", in_quotes(key), map.kind_name()));
    }
    for (Tree::Entry& entry : map.mutable_entries()) {
        if (entry.key.text() == key) return &entry.value;
    }
    map.mutable_entries().push_back({Tree::scalar(place(at), std::string(key)), Tree(place(at))});
    return &map.mutable_entries().back().value;
}

// The item of the list at `key` that has the name.
Tree* SetOption::item(Tree& map, std::string_view key, std::size_t at, std::string_view name, std::size_t name_at) {
    Tree* list = nullptr;
    std::vector<std::string_view> keys;
    for (Tree::Entry& entry : map.mutable_entries()) {
        keys.push_back(entry.key.text());
        if (entry.key.text() == key) list = &entry.value;
    }
    if (list == nullptr || !list->is_list()) {
        return fault(at, fmt::format("there is no list {}", in_quotes(key)), suggestion(key, keys, diagnostics_));
    }
    std::vector<std::string> names;
    Tree* found = nullptr;
    for (Tree& candidate : list->mutable_items()) {
        const Tree* written = item_name(candidate, key);
        if (written == nullptr) continue;
        names.push_back(resolved_name(*written, variables_));
        if (names.back() != name) continue;
        if (found != nullptr) {
            return fault(name_at, fmt::format("two items of {} are named {}", key, in_quotes(name)), {},
                         "give each a `name`");
        }
        found = &candidate;
    }
    if (found != nullptr) return found;
    const std::vector<std::string_view> allowed(names.begin(), names.end());
    return fault(name_at, fmt::format("no item of {} is named {}", key, in_quotes(name)),
                 suggestion(name, allowed, diagnostics_), allowed_hint(allowed));
}

std::optional<Tree> SetOption::read_value(std::size_t start) {
    const std::string text = option_.substr(start);
    if (text == "null" || text == "~") return Tree(place(start));
    const bool quoted = text.starts_with('"') || text.starts_with('\'');
    if (!quoted && !text.starts_with('[') && !text.starts_with('{')) return Tree::scalar(place(start), text);
    Diagnostics inner;
    const auto source = SourceText::check(*file_, text, false, inner);
    auto tree = source ? read_tree(*source, inner) : std::nullopt;
    if (inner.empty()) return tree;
    if (quoted) return Tree::scalar(place(start), text);  // an expression, such as "page url" = 'x'
    const bool masked = masked_set_option(option_) != option_;
    fault(
        start,
        fmt::format("{} starts like a YAML list or map, but is none", masked ? std::string(kMasked) : in_quotes(text)),
        {}, "text that starts with [ or { needs quotes within the value: --set 'path=\"[text]\"'");
    return std::nullopt;
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
    if (!is_text(option_)) return void(fault(0, "the option holds bytes that are no text", {}, "write it in UTF-8"));
    Tree* node = &root;
    std::size_t at = 0;
    while (true) {
        const std::size_t end = std::min(option_.find_first_of(".[=", at), option_.size());
        if (end == option_.size()) return void(fault(0, fmt::format("{} has no '='", in_quotes(option_))));
        const std::string_view key = std::string_view(option_).substr(at, end - at);
        if (key.empty()) return void(fault(at, "a key is missing in the path"));
        if (option_[end] == '[') {
            const std::size_t close = option_.find(']', end);
            if (close == std::string::npos) return void(fault(end, "a ']' is missing in the path"));
            const std::string_view name = std::string_view(option_).substr(end + 1, close - end - 1);
            node = item(*node, key, at, name, end + 1);
            at = close + 1;
        } else {
            node = child(*node, key, at);
            at = end;
        }
        if (node == nullptr) return;
        if (at < option_.size() && option_[at] == '=') break;
        if (at >= option_.size() || option_[at] != '.')
            return void(fault(std::min(at, option_.size()), "after ']' comes '.' or '='"));
        ++at;
    }
    auto value = read_value(at + 1);
    if (!value) return;
    move_to(*value, place(at + 1));
    *node = std::move(*value);
}

}  // namespace

void apply_set_option(Tree& root, const std::string& option, const Variables& variables, Diagnostics& diagnostics) {
    SetOption(option, variables, diagnostics).apply(root);
}

}  // namespace sluice
