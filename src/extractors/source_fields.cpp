#include "extractors/source_fields.hpp"

#include <fmt/format.h>

#include "config/column_types.hpp"
#include "config/tree.hpp"

namespace sluice {

Field types_field() {
    static const std::string kTypesShape = column_types_shape("");
    return {.name = "types",
            .type = FieldType::any,
            .doc = "The types of columns that are more than their JSON says.",
            .details = "See below.",
            .example = "{timestamp: timestamp}",
            .shape = kTypesShape};
}

Field schema_field() {
    static const std::string kSchemaShape = column_types_shape("\"any\", ");
    return {.name = "schema",
            .type = FieldType::any,
            .doc = "All columns in their order, each with its type, or `any`; instead of `types`.",
            .details = "A row that lacks one has null there.",
            .example = "{user_id: text, timestamp: timestamp, extra: any}",
            .shape = kSchemaShape};
}

Field columns_field() {
    return {.name = "columns",
            .doc =
                "What becomes of a column that `schema` does not declare: carried behind the others with a warning, "
                "its rows are bad, or it is dropped.",
            .default_text = "evolve",
            .choices = {"evolve", "strict", "ignore"}};
}

Field on_type_error_field() {
    return {.name = "on_type_error",
            .doc =
                "What becomes of a value that is not of its declared type: its row is bad, it becomes null with a "
                "warning, or the run stops there.",
            .default_text = "quarantine",
            .choices = {"quarantine", "null", "fail"},
            .details = "In an overlay and with --set, where null removes, `\"null\"` in quotes."};
}

Field drift_field() {
    return {.name = "drift",
            .doc =
                "What is done when the source's columns are not those of the last good run: new ones, some gone, or "
                "with kinds of values that they did not have.",
            .default_text = "warn",
            .choices = {"warn", "fail", "ignore"}};
}

namespace {

// The map of `types` or `schema`; null where there is none, or after a fault.
const Tree* columns_of(const Section& section, std::string_view field, Diagnostics& diagnostics) {
    const Tree* node = section.node(field);
    if (node == nullptr || node->faulty() || node->is_map()) return node == nullptr || node->faulty() ? nullptr : node;
    diagnostics.add(node->location(), fmt::format("{} must be a map, not {}", field, node->kind_name()), {},
                    std::string(kColumnTypeForm));
    return nullptr;
}

}  // namespace

OnDrift declared_drift(const Section& section) {
    const std::string drift = section.text("drift");
    return drift == "fail" ? OnDrift::fail : drift == "ignore" ? OnDrift::ignore : OnDrift::warn;
}

ColumnRules column_rules(const Section& section, Diagnostics& diagnostics) {
    ColumnRules rules;
    const std::string columns = section.text("columns");
    const std::string type_errors = section.text("on_type_error");
    if (columns == "strict") rules.undeclared = UndeclaredColumns::refuse;
    if (columns == "ignore") rules.undeclared = UndeclaredColumns::drop;
    if (type_errors == "null" || section.says_null("on_type_error")) rules.type_errors = TypeErrors::null;
    if (type_errors == "fail") rules.type_errors = TypeErrors::fail;
    const Tree* schema = section.node("schema");
    if (schema != nullptr && schema->is_map())
        for (const Tree::Entry& entry : schema->entries()) rules.schema.push_back(entry.key.text());
    if (section.has("schema") && section.has("types"))
        diagnostics.add(section.location("types"), "a source has `types` or `schema`, not both", {},
                        "`schema` has the types of all columns; move these there");
    if (!section.has("schema") && rules.undeclared != UndeclaredColumns::carry)
        diagnostics.add(section.location("columns"), fmt::format("`columns: {}` needs a `schema`", columns), {},
                        "say there which columns there are: schema: {user_id: text, extra: any}");
    if (schema != nullptr && schema->is_map() && rules.schema.empty())
        diagnostics.add(schema->location(), "the schema has no columns", {}, std::string(kColumnTypeForm));
    return rules;
}

void refuse_column_rules(const Section& section, std::string_view format, Diagnostics& diagnostics) {
    for (const std::string_view field : {"schema", "columns", "on_type_error"})
        if (section.has(field))
            diagnostics.add(section.location(field), fmt::format("a source of format {} takes no `{}`", format, field),
                            {}, "its files say which columns there are and of which type");
}

DeclaredTypes declared_types(const Section& section, Diagnostics& diagnostics) {
    DeclaredTypes types;
    const std::string_view field = section.has("schema") ? "schema" : "types";
    const Tree* node = columns_of(section, field, diagnostics);
    if (node == nullptr) return types;
    for (const Tree::Entry& entry : node->entries()) {
        const std::string& column = entry.key.text();
        if (entry.value.faulty()) continue;
        if (field == "schema" && entry.value.is_scalar() && entry.value.text() == "any") continue;
        auto type = read_column_type(entry.value, column, diagnostics);
        if (!type) continue;
        type->place = entry.key.location().text();
        types.insert_or_assign(column, std::move(*type));
    }
    return types;
}

}  // namespace sluice
