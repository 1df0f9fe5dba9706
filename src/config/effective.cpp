#include "config/effective.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/characters.hpp"
#include "config/config_hash.hpp"
#include "config/items.hpp"
#include "config/loading.hpp"
#include "config/outputs.hpp"
#include "config/secret_words.hpp"

namespace sluice {
namespace {

Tree::Place default_place() {
    static const auto kFile = std::make_shared<const std::string>("default");
    return {kFile, 0, 0};
}

// ---- the tree

class Completion {
public:
    Completion(const Config& config, const ConfigSchemas& schemas)
        : config_(config), schemas_(complete_schemas(schemas)) {
        for (const Location& place : config.secret_places) secrets_.insert(place);
    }

    Tree run();

private:
    [[nodiscard]] Tree written(const Tree& node) const;
    static void add(Tree& map, std::string_view key, const std::string& value) {
        if (map.find(key) != nullptr || value.empty()) return;
        map.mutable_entries().push_back(
            {Tree::scalar(default_place(), std::string(key)), Tree::scalar(default_place(), value)});
    }
    static void add_defaults(Tree& map, const std::vector<Field>& fields);
    void complete_item(Tree& item, std::string_view list, std::size_t index, const Tree& retry) const;

    const Config& config_;
    ConfigSchemas schemas_;
    std::set<Location> secrets_;
};

std::string escaped(const std::string& text) {
    std::string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text.compare(at, 2, "${") == 0) result += '$';
        result += text[at];
    }
    return result;
}

// A copy that says how to write each value, without nulls.
Tree Completion::written(const Tree& node) const {
    if (node.is_scalar()) {
        std::string text = escaped(node.text());
        if (secrets_.contains(node.location())) text = node.holds_literal() ? kMasked : node.written();
        Tree copy = Tree::scalar(node.place(), std::move(text));
        if (node.is_quoted()) copy.mark_quoted();
        return copy;
    }
    Tree copy(node.place(), node.kind());
    for (const Tree& item : node.items()) copy.mutable_items().push_back(written(item));
    for (const Tree::Entry& entry : node.entries()) {
        if (!entry.value.is_null() || entry.key.text() == kNullMeansSomething)
            copy.mutable_entries().push_back({entry.key, written(entry.value)});
    }
    return copy;
}

void Completion::add_defaults(Tree& map, const std::vector<Field>& fields) {
    for (const Field& field : fields) {
        add(map, field.name, std::string(field.default_text));
        if (field.type != FieldType::section) continue;
        for (Tree::Entry& entry : map.mutable_entries()) {
            if (entry.key.text() == field.name && field.name != "retry") add_defaults(entry.value, field.fields);
        }
    }
}

void Completion::complete_item(Tree& item, std::string_view list, std::size_t index, const Tree& retry) const {
    const auto fields_of = [](const std::vector<Schema>& schemas,
                              const std::string& type) -> const std::vector<Field>& {
        return std::ranges::find(schemas, type, &Schema::type)->fields;
    };
    if (list == "data_sources") {
        const std::string& type = config_.sources[index].type;
        add(item, "type", type);
        add_defaults(item, fields_of(schemas_.sources, type));
    } else if (list == "transforms") {
        add_defaults(item, fields_of(schemas_.transforms, config_.transforms[index].type));
    } else if (list == "outputs") {
        add(item, "name", escaped(config_.outputs[index].name));
        add(item, "file", escaped(config_.outputs[index].file.value));
        add(item, "format", config_.outputs[index].format.value);
        add_defaults(item, output_fields(schemas_.formats));
    } else {
        const bool is_alert = list == "alerts";
        const AddressedItem& own = is_alert ? static_cast<const AddressedItem&>(config_.alerts[index])
                                            : static_cast<const AddressedItem&>(config_.destinations[index]);
        add(item, "name", escaped(own.name));
        add_defaults(item, fields_of(is_alert ? schemas_.alerts : schemas_.destinations, own.type));
        for (Tree::Entry& entry : item.mutable_entries()) {
            if (entry.key.text() != "retry") continue;
            for (const Tree::Entry& top : retry.entries()) {
                if (entry.value.find(top.key.text()) == nullptr) entry.value.mutable_entries().push_back(top);
            }
        }
    }
}

Tree Completion::run() {
    Tree root = written(*config_.root);
    std::erase_if(root.mutable_entries(),
                  [](const Tree::Entry& entry) { return entry.key.text() == "env" || entry.key.text() == "params"; });
    add_defaults(root, top_fields());
    if (root.find("retry") == nullptr) {
        root.mutable_entries().push_back(
            {Tree::scalar(default_place(), "retry"), Tree(default_place(), Tree::Kind::map)});
    }
    Tree retry;
    for (Tree::Entry& entry : root.mutable_entries()) {
        if (entry.key.text() != "retry") continue;
        add_defaults(entry.value, retry_fields());
        retry = entry.value;
    }
    for (Tree::Entry& entry : root.mutable_entries()) {
        if (!entry.value.is_list()) continue;
        for (std::size_t i = 0; i < entry.value.items().size(); ++i)
            complete_item(entry.value.mutable_items()[i], entry.key.text(), i, retry);
    }
    return root;
}

// ---- text

// Whether a text can stand without quotes wherever a value may.
bool is_plain(std::string_view text) {
    constexpr std::string_view kOther = "_./-+@%()=<>* ";
    const auto letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    };
    if (text.empty() || text.back() == ' ' || !(letter(text.front()) || text.front() == '/')) return false;
    if (text == "null" || text == "Null" || text == "NULL") return false;
    return std::ranges::all_of(text, [&](char c) { return letter(c) || kOther.find(c) != std::string_view::npos; });
}

std::string scalar_text(const std::string& text, bool needs_quotes = false) {
    if (!needs_quotes && is_plain(text)) return text;
    std::string quoted = "\"";
    for (std::string_view rest = text; !rest.empty();) {
        const Character character = first_character(rest);
        const std::string_view bytes = rest.substr(0, std::max<std::size_t>(character.length, 1));
        if (bytes == "\"" || bytes == "\\") {
            quoted += '\\';
            quoted += bytes;
        } else if (bytes == "\n") {
            quoted += "\\n";
        } else if (bytes == "\t") {
            quoted += "\\t";
        } else if (character.code_point < 0x20 || (character.code_point >= 0x7F && character.code_point < 0xA0)) {
            quoted += fmt::format("\\x{:02x}", character.code_point);
        } else if (!is_printable(character.code_point) || character.code_point == 0x2028 ||
                   character.code_point == 0x2029) {
            quoted += fmt::format("\\u{:04x}", character.code_point);
        } else {
            quoted += bytes;
        }
        rest.remove_prefix(bytes.size());
    }
    return quoted + '"';
}

bool is_flat(const Tree& list) { return std::ranges::all_of(list.items(), &Tree::is_scalar); }

std::string flow_text(const Tree& node) {
    if (node.is_scalar()) return scalar_text(node.text(), node.needs_quotes());
    if (node.is_null()) return "null";
    std::string text;
    for (const Tree& item : node.items()) text += (text.empty() ? "" : ", ") + flow_text(item);
    for (const Tree::Entry& entry : node.entries()) {
        text +=
            fmt::format("{}{}: {}", text.empty() ? "" : ", ", scalar_text(entry.key.text()), flow_text(entry.value));
    }
    return node.is_map() ? "{" + text + "}" : "[" + text + "]";
}

std::string place_text(const Tree& node) {
    const Location place = node.location();
    return place.line == 0 ? place.file : fmt::format("{}:{}", place.file, place.line);
}

class YamlWriter {
public:
    void map(const Tree& node, std::size_t indent, std::string first);
    [[nodiscard]] std::string text() const;

private:
    void value(std::string head, const Tree& node, std::size_t indent);

    struct Line {
        std::string text;
        std::string comment;
    };
    std::vector<Line> lines_;
};

// `first` stands before the first key instead of the indentation: the dash of a list's item.
void YamlWriter::map(const Tree& node, std::size_t indent, std::string first) {
    for (const Tree::Entry& entry : node.entries()) {
        std::string head = (first.empty() ? std::string(indent, ' ') : first) + scalar_text(entry.key.text()) + ":";
        first.clear();
        value(std::move(head), entry.value, indent);
    }
}

void YamlWriter::value(std::string head, const Tree& node, std::size_t indent) {
    const bool empty = node.items().empty() && node.entries().empty();
    if (node.is_scalar() || node.is_null() || empty || (node.is_list() && is_flat(node))) {
        lines_.push_back({head + " " + flow_text(node), place_text(node)});
        return;
    }
    lines_.push_back({std::move(head), {}});
    if (node.is_map()) return map(node, indent + 2, {});
    for (const Tree& item : node.items()) {
        const std::string dash = std::string(indent + 2, ' ') + "- ";
        if (item.is_map() && !item.entries().empty()) {
            map(item, indent + 4, dash);
        } else {
            lines_.push_back({dash + flow_text(item), place_text(item)});
        }
    }
}

std::string YamlWriter::text() const {
    constexpr std::size_t kWidest = 60;
    std::size_t column = 0;
    for (const Line& line : lines_) {
        if (!line.comment.empty() && line.text.size() <= kWidest) column = std::max(column, line.text.size());
    }
    std::string text;
    for (const Line& line : lines_) {
        if (line.comment.empty()) {
            text += line.text + '\n';
        } else {
            text += fmt::format("{:<{}}  # {}\n", line.text, column, showable(line.comment));
        }
    }
    return text;
}

void collect(const Tree& node, const std::string& path, std::string_view key, std::vector<LocatedValue>& values) {
    if (node.is_map()) {
        for (const Tree::Entry& entry : node.entries()) {
            const std::string& name = entry.key.text();
            collect(entry.value, path.empty() ? name : path + "." + name, path.empty() ? name : "", values);
        }
    } else if (node.is_list() && !is_flat(node)) {
        for (std::size_t i = 0; i < node.items().size(); ++i) {
            const Tree* name = node.items()[i].is_map() ? item_name(node.items()[i], key) : nullptr;
            collect(node.items()[i], fmt::format("{}[{}]", path, name == nullptr ? std::to_string(i) : name->text()),
                    "", values);
        }
    } else if (!node.is_null()) {
        std::string value = flow_text(node);
        Secret whole(value);
        if (masked_set_option(path + "=" + value) != path + "=" + value) value = kMasked;
        values.push_back({path, std::move(value), place_text(node), std::move(whole)});
    }
}

}  // namespace

Tree effective_tree(const Config& config, const ConfigSchemas& schemas) { return Completion(config, schemas).run(); }

std::string annotated_yaml(const Tree& root) {
    YamlWriter writer;
    writer.map(root, 0, {});
    return writer.text();
}

std::vector<LocatedValue> located_values(const Tree& root) {
    std::vector<LocatedValue> values;
    collect(root, {}, {}, values);
    return values;
}

}  // namespace sluice
