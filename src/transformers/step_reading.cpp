#include "transformers/step_reading.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "config/tree.hpp"
#include "config/validation.hpp"

namespace sluice {

Field from_field() {
    return {.name = "from", .doc = "The source or step whose rows it reads.", .required = true, .is_input = true};
}

LocatedText reference(const Section& section, std::string_view field) {
    return {section.text(field), section.location(field)};
}

LocatedNames column_names(const std::vector<LocatedText>& texts, std::string_view field, Diagnostics& diagnostics) {
    LocatedNames columns;
    std::unordered_set<std::string_view> seen;
    for (const LocatedText& text : texts) {
        if (!seen.insert(text.value).second) {
            diagnostics.add(text.location, fmt::format("'{}' names column {} twice", field, in_quotes(text.value)));
        }
        columns.names.push_back(text.value);
        columns.locations.push_back(text.location);
    }
    return columns;
}

std::vector<NamedColumn> named_columns(const std::vector<LocatedText>& texts, std::string_view field,
                                       Diagnostics& diagnostics) {
    auto [names, locations] = column_names(texts, field, diagnostics);
    std::vector<NamedColumn> columns;
    for (std::size_t index = 0; index < names.size(); ++index)
        columns.push_back({std::move(names[index]), std::move(locations[index])});
    return columns;
}

std::vector<ColumnEntry> column_entries(const Section& section, std::string_view field, std::string_view form,
                                        Diagnostics& diagnostics) {
    std::vector<ColumnEntry> columns;
    const Tree* map = section.node(field);
    if (map == nullptr || map->faulty()) return columns;
    if (!map->is_map()) {
        diagnostics.add(map->location(), fmt::format("'{}' must be a map, not {}", field, map->kind_name()), {},
                        std::string(form));
        return columns;
    }
    if (map->entries().empty())
        diagnostics.add(map->location(), fmt::format("'{}' is an empty map", field), {}, std::string(form));
    for (const Tree::Entry& entry : map->entries())
        if (!entry.value.faulty()) columns.push_back({{entry.key.text(), entry.key.location()}, &entry.value});
    return columns;
}

std::optional<SelectColumn> computed_column(const ColumnEntry& entry, std::string_view form, const ConfigItem& step,
                                            Diagnostics& diagnostics) {
    const Tree& value = *entry.value;
    if (!value.is_scalar() || value.text().empty()) {
        diagnostics.add(value.is_null() ? entry.column.location : value.location(),
                        fmt::format("column {} needs an expression", in_quotes(entry.column.name)), {},
                        std::string(form));
        return std::nullopt;
    }
    const Expression expression{value.text(), value.location()};
    check_expression(expression, step, diagnostics);
    return SelectColumn{.name = entry.column.name, .expression = expression, .location = entry.column.location};
}

std::string column_map_shape(std::string_view value) {
    return fmt::format(R"({{"type": "object", "minProperties": 1, "additionalProperties": {}}})", value);
}

void check_expression(const Expression& expression, const ConfigItem& step, Diagnostics& diagnostics) {
    if (!step.sql || !step.sql->check_expression) return;
    if (const auto fault = step.sql->check_expression(expression.text)) {
        diagnostics.add(
            expression.location, fmt::format("not an expression: {}", *fault), {},
            "an expression is SQL without SELECT, such as status_code >= 400 or lower(\"page url\"); a column "
            "that has a word of SQL as its name takes double quotes, such as \"at\" or \"end\"");
    }
}

}  // namespace sluice
