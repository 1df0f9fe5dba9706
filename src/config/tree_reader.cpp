#include "config/tree_reader.hpp"

#include <fmt/format.h>
#include <yaml.h>

#include <unordered_map>

namespace sluice {
namespace {

constexpr int kDeepest = 64;

class Event {
public:
    Event() = default;
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    ~Event() { yaml_event_delete(&event_); }
    yaml_event_t* get() noexcept { return &event_; }
    [[nodiscard]] yaml_event_type_t type() const noexcept { return event_.type; }
    [[nodiscard]] std::size_t start() const noexcept { return event_.start_mark.index; }
    [[nodiscard]] std::size_t end() const noexcept { return event_.end_mark.index; }
    const yaml_event_t* operator->() const noexcept { return &event_; }

private:
    yaml_event_t event_{};
};

std::string_view view(const yaml_char_t* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

// The words of the YAML core schema for nothing; only a plain scalar means them.
bool is_null(std::string_view plain) {
    return plain.empty() || plain == "~" || plain == "null" || plain == "Null" || plain == "NULL";
}

Tree faulty(const Tree::Place& place) {
    Tree node(place);
    node.mark_faulty();
    return node;
}

// "!!str" for "tag:yaml.org,2002:str".
std::string written_tag(std::string_view tag) {
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    return tag.starts_with(kCore) ? fmt::format("!!{}", tag.substr(kCore.size())) : std::string(tag);
}

// The last variable that stands without quotes inside { } or [ ] in the line of a fault, up to where `rest` bytes are
// left; YAML takes its braces for a map of its own.
std::string_view unquoted_variable(std::string_view text, std::size_t rest) {
    const std::size_t fault = text.size() - rest;
    const std::size_t start = fault == 0 ? 0 : text.rfind('\n', fault - 1) + 1;  // npos + 1 is 0
    const std::string_view line = text.substr(start, text.find('\n', start) - start);
    std::string_view found;
    char quote = '\0';
    bool in_flow = false;
    for (std::size_t at = 0; at < line.size() && start + at <= fault + 1; ++at) {
        const char c = line[at];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (in_flow && line.substr(at).starts_with("${")) {
            found = line.substr(at, line.find('}', at) - at + 1);
        } else if (c == '{' || c == '[') {
            in_flow = true;
        }
    }
    return found;
}

class Reader {
public:
    Reader(const SourceText& source, Diagnostics& diagnostics) : source_(source), diagnostics_(diagnostics) {
        usable_ = yaml_parser_initialize(&parser_) != 0;
        if (!usable_) return;
        const std::string& text = source.text();
        yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
        yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
        if (usable_) yaml_parser_delete(&parser_);
    }

    std::optional<Tree> read();

private:
    bool next(Event& event);
    std::optional<Tree> node(Event& event, int depth);
    std::optional<Tree> list(const Event& start, int depth);
    std::optional<Tree> map(const Event& start, int depth);
    void check_properties(const Event& event);
    void syntax_fault();
    [[nodiscard]] std::string hint(std::size_t character, std::string_view problem) const;
    void fault(std::size_t character, std::string message, std::string hint = {}) {
        const Tree place(source_.place(character));
        diagnostics_.add(place.location(), std::move(message), {}, std::move(hint));
    }

    const SourceText& source_;
    Diagnostics& diagnostics_;
    yaml_parser_t parser_{};
    bool usable_ = false;
};

bool Reader::next(Event& event) {
    if (usable_ && yaml_parser_parse(&parser_, event.get()) != 0) return true;
    syntax_fault();
    return false;
}

std::optional<Tree> Reader::read() {
    {
        Event stream;
        if (!next(stream)) return std::nullopt;
    }
    {
        Event document;
        if (!next(document)) return std::nullopt;
        if (document.type() == YAML_STREAM_END_EVENT) {
            fault(0, "the config is empty",
                  "it needs at least version, pipeline, data_sources, outputs and destinations");
            return std::nullopt;
        }
    }
    Event first;
    if (!next(first)) return std::nullopt;
    std::optional<Tree> root = node(first, 1);
    if (!root) return std::nullopt;
    Event end;
    if (!next(end)) return std::nullopt;
    Event after;
    if (!next(after)) return std::nullopt;
    if (after.type() == YAML_DOCUMENT_START_EVENT) {
        fault(after.start(), "a second document starts here",
              "a config is one document: remove the rest, or put it in a file of its own");
    }
    return root;
}

void Reader::check_properties(const Event& event) {
    const yaml_char_t* anchor = nullptr;
    const yaml_char_t* tag = nullptr;
    switch (event.type()) {
        case YAML_SCALAR_EVENT:
            anchor = event->data.scalar.anchor, tag = event->data.scalar.tag;
            break;
        case YAML_SEQUENCE_START_EVENT:
            anchor = event->data.sequence_start.anchor, tag = event->data.sequence_start.tag;
            break;
        case YAML_MAPPING_START_EVENT:
            anchor = event->data.mapping_start.anchor, tag = event->data.mapping_start.tag;
            break;
        default:
            break;
    }
    if (anchor != nullptr) {
        fault(event.start(), fmt::format("anchor '&{}'", view(anchor)),
              "anchors are not supported: write the value where it is needed, or quote text that starts with &");
    }
    if (tag != nullptr) {
        fault(event.start(), fmt::format("tag '{}'", written_tag(view(tag))),
              "tags are not supported: the type of a value comes from its key; quote text that starts with !");
    }
}

std::optional<Tree> Reader::node(Event& event, int depth) {
    const Tree::Place place = source_.place(event.start());
    if (depth > kDeepest) {
        fault(event.start(), fmt::format("nested deeper than {} levels", kDeepest));
        return std::nullopt;
    }
    check_properties(event);
    switch (event.type()) {
        case YAML_ALIAS_EVENT:
            // Not its name: it may be a password that lacks its quotes.
            fault(event.start(), "an alias (*NAME)",
                  "aliases are not supported: write the value out, or quote text that starts with *");
            return faulty(place);
        case YAML_SCALAR_EVENT: {
            const auto& scalar = event->data.scalar;
            std::string text(reinterpret_cast<const char*>(scalar.value), scalar.length);
            if (scalar.style == YAML_PLAIN_SCALAR_STYLE && is_null(text)) return Tree(place);
            Tree tree = Tree::scalar(place, source_.place(event.end()), std::move(text));
            if (scalar.style != YAML_PLAIN_SCALAR_STYLE) tree.mark_quoted();
            return tree;
        }
        case YAML_SEQUENCE_START_EVENT:
            return list(event, depth);
        case YAML_MAPPING_START_EVENT:
            return map(event, depth);
        default:
            fault(event.start(), "a value was expected here");
            return std::nullopt;
    }
}

std::optional<Tree> Reader::list(const Event& start, int depth) {
    Tree result(source_.place(start.start()), Tree::Kind::list);
    while (true) {
        Event event;
        if (!next(event)) return std::nullopt;
        if (event.type() == YAML_SEQUENCE_END_EVENT) return result;
        std::optional<Tree> item = node(event, depth + 1);
        if (!item) return std::nullopt;
        result.mutable_items().push_back(std::move(*item));
    }
}

std::optional<Tree> Reader::map(const Event& start, int depth) {
    Tree result(source_.place(start.start()), Tree::Kind::map);
    std::unordered_map<std::string, Location> seen;
    while (true) {
        Event event;
        if (!next(event)) return std::nullopt;
        if (event.type() == YAML_MAPPING_END_EVENT) return result;
        check_properties(event);
        const bool is_text = event.type() == YAML_SCALAR_EVENT;
        Tree key(source_.place(event.start()));
        if (is_text) {
            const auto& scalar = event->data.scalar;
            key = Tree::scalar(key.place(), std::string(reinterpret_cast<const char*>(scalar.value), scalar.length));
        } else {
            fault(event.start(), "a key must be text", hint(event.start(), {}));
            if (!node(event, depth + 1)) return std::nullopt;
        }
        Event value_event;
        if (!next(value_event)) return std::nullopt;
        std::optional<Tree> value = node(value_event, depth + 1);
        if (!value) return std::nullopt;
        if (!is_text) continue;
        const auto [first, is_new] = seen.try_emplace(key.text(), key.location());
        if (is_new) {
            result.mutable_entries().push_back({std::move(key), std::move(*value)});
        } else {
            diagnostics_.add(key.location(), fmt::format("duplicate key '{}'", key.text()), {},
                             fmt::format("the first one is at {}", first->second.text()));
        }
    }
}

void Reader::syntax_fault() {
    if (!usable_ || parser_.error == YAML_MEMORY_ERROR) {
        fault(0, "out of memory while the config was read");
        return;
    }
    const std::string_view problem = parser_.problem == nullptr ? "unreadable" : parser_.problem;
    const std::string_view context = parser_.context == nullptr ? "" : parser_.context;
    const std::size_t start = parser_.context_mark.index;
    std::size_t character = parser_.problem_mark.index;
    std::string message = fmt::format("not valid {}: {}", source_.format_name(), problem);
    const bool starts_wrong = context.ends_with("alias") || context.ends_with("anchor") || context.ends_with("tag");
    if (starts_wrong || (context.ends_with("quoted scalar") && source_.from(character).empty())) {
        character = start;
    } else if (!context.empty() && start != character) {
        message += fmt::format(" ({} that starts at {})", context, Tree(source_.place(start)).location().text());
    }
    fault(character, std::move(message), hint(character, problem));
}

// What people mean when they write something that YAML reads otherwise.
std::string Reader::hint(std::size_t character, std::string_view problem) const {
    const std::string_view here = source_.from(character);
    if (const std::string_view variable = unquoted_variable(source_.text(), here.size()); !variable.empty())
        return fmt::format("inside {{...}} and [...] a variable needs quotes: \"{}\"", variable);
    if (here.empty()) return "the text ends here, but something that it opened is not closed";
    if (here.starts_with('\t')) return "a tab cannot indent: use spaces";
    if (std::string_view("*&!@`%").find(here.front()) != std::string_view::npos) {
        return fmt::format("text that starts with {} needs quotes", here.front());
    }
    if (here.starts_with('"') || here.starts_with('\'')) return "the quote that opens here is not closed";
    if (here.starts_with("- ") || here.starts_with("-\n") || here == "-") return "text that is - needs quotes: \"-\"";
    if (problem.starts_with("mapping values are not allowed")) {
        return "text with ': ' in it needs quotes; a key stands on a line of its own";
    }
    return {};
}

}  // namespace

std::optional<Tree> read_tree(const SourceText& source, Diagnostics& diagnostics) {
    return Reader(source, diagnostics).read();
}

}  // namespace sluice
