#include "transformers/step_reading.hpp"

#include <fmt/format.h>

#include <unordered_set>

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

void check_expression(const Expression& expression, const ConfigItem& step, Diagnostics& diagnostics) {
    if (!step.sql || !step.sql->check_expression) return;
    if (const auto fault = step.sql->check_expression(expression.text)) {
        diagnostics.add(expression.location, fmt::format("not an expression: {}", *fault), {},
                        "an expression is SQL without SELECT, such as status_code >= 400 or lower(\"page url\")");
    }
}

}  // namespace sluice
