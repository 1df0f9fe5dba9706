#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "config/scalar_types.hpp"
#include "config/tree.hpp"
#include "config/validation.hpp"
#include "extractors/input_formats.hpp"

namespace sluice {

namespace {

constexpr std::string_view kHeaderShape =
    R"({"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}, {"$ref": "#/$defs/variable"}]})";
constexpr std::string_view kDelimiterHint = "one ASCII sign such as `,` `;` `|`, or the word `tab`";

// One sign that no number, word or line end has.
std::optional<char> sign_of(const std::string& text) {
    if (text.size() != 1) return std::nullopt;
    const auto byte = static_cast<unsigned char>(text.front());
    const bool usable = (byte == ' ' || std::ispunct(byte) != 0) && text.find_first_of("+-.\\") != 0;
    return usable ? std::optional(text.front()) : std::nullopt;
}

void read_signs(const Section& section, formats::csv::Declared& csv, Diagnostics& diagnostics) {
    if (section.has("delimiter")) {
        const std::string text = section.text("delimiter");
        csv.delimiter = text == "tab" || text == "\t" ? std::optional('\t') : sign_of(text);
        if (!csv.delimiter || csv.delimiter == '"') {
            diagnostics.add(section.location("delimiter"), fmt::format("{} is no delimiter", in_quotes(text)), {},
                            std::string(kDelimiterHint));
        }
    }
    if (section.has("quote")) {
        const std::string text = section.text("quote");
        csv.quote = text == "none" ? std::nullopt : sign_of(text);
        if (text != "none" && (!csv.quote || csv.quote == ' ' || csv.quote == csv.delimiter)) {
            diagnostics.add(section.location("quote"), fmt::format("{} is no quote", in_quotes(text)), {},
                            "one ASCII sign other than the delimiter, such as `\"` or `'`, or the word `none`");
        }
    }
}

void read_names(const Tree& list, formats::csv::Declared& csv, Diagnostics& diagnostics) {
    for (const Tree& item : list.items()) {
        if (item.faulty()) continue;
        if (!item.is_scalar()) {
            diagnostics.add(item.location(), fmt::format("a column's name must be text, not {}", item.kind_name()));
        } else if (std::ranges::find(csv.names, item.text()) != csv.names.end()) {
            diagnostics.add(item.location(),
                            fmt::format("the name {} stands twice in `header`", in_quotes(item.text())));
        } else {
            csv.names.push_back(item.text());
        }
    }
}

void read_header(const Section& section, formats::csv::Declared& csv, Diagnostics& diagnostics) {
    const Tree* node = section.node("header");
    if (node == nullptr || node->faulty()) return;
    const std::optional<bool> has = node->is_scalar() ? parse_boolean(node->text()) : std::nullopt;
    if (has) {
        csv.header = *has;
    } else if (node->is_list() && !node->items().empty()) {
        csv.header = false;
        read_names(*node, csv, diagnostics);
    } else {
        diagnostics.add(
            node->location(), "`header` is no such thing", {},
            "true (the first row has the names), false (there are none), or the list of the names of a file "
            "without a header");
    }
}

}  // namespace

std::vector<Field> csv_fields() {
    return {
        {.name = "delimiter",
         .doc = "What stands between the cells of csv; by default it is found out.",
         .details = "One sign, or `tab`. See [CSV](csv.md).",
         .example = "\";\""},
        {.name = "quote",
         .doc = "What stands around a cell of csv that holds a delimiter, a quote or a newline.",
         .details = "One sign, or `none`; by default `\"`."},
        {.name = "header",
         .type = FieldType::any,
         .doc = "Whether the first row of csv has the columns' names, as by default; or their names, where it has not.",
         .example = "[id, name]",
         .shape = kHeaderShape}};
}

InputOptions input_options(const Section& section, const InputFormat* format, Diagnostics& diagnostics) {
    InputOptions options;
    read_signs(section, options.csv, diagnostics);
    read_header(section, options.csv, diagnostics);
    if (format != nullptr && format->name == "json" && section.has("last_line")) {
        diagnostics.add(section.location("last_line"),
                        "`last_line` is for files of lines; in an array of json a cut is always seen");
    }
    if (format == nullptr || format->name == "csv" || format->name == "tsv") return options;
    for (const Field& field : csv_fields()) {
        if (!section.has(field.name)) continue;
        diagnostics.add(section.location(field.name),
                        fmt::format("`{}` is for csv and tsv; this source is {}", field.name, format->name));
    }
    return options;
}

}  // namespace sluice
