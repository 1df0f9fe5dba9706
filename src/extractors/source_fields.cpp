#include "extractors/source_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "rows/time_reader.hpp"

namespace sluice {

namespace {

constexpr std::array<std::pair<std::string_view, Type>, 6> kTypes{{{"boolean", Type::boolean},
                                                                   {"integer", Type::integer},
                                                                   {"number", Type::number},
                                                                   {"text", Type::text},
                                                                   {"timestamp", Type::timestamp},
                                                                   {"timestamp_ns", Type::timestamp_ns}}};
constexpr std::string_view kShape =
    "such as {created_at: timestamp} or {created_at: {as: timestamp, timezone: Asia/Jakarta}}";

constexpr std::string_view kZones = "an IANA name such as Asia/Jakarta or Europe/Berlin is expected";
constexpr std::string_view kFormats =
    "such as epoch_ms, or \"%d/%m/%Y %H:%M:%S\": docs/reference/times.md has the directives";

std::vector<std::string_view> type_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, type] : kTypes) names.push_back(name);
    return names;
}

std::optional<Type> type_named(const Tree& node, const std::string& column, Diagnostics& diagnostics) {
    for (const auto& [name, type] : kTypes) {
        if (node.is_scalar() && node.text() == name) return type;
    }
    if (node.is_scalar()) {
        diagnostics.add(node.location(),
                        fmt::format("unknown type {} of column {}", in_quotes(node.text()), in_quotes(column)),
                        suggestion(node.text(), type_names(), diagnostics), allowed_hint(type_names()));
    } else {
        diagnostics.add(node.location(),
                        fmt::format("the type of column {} must be text, not {}", in_quotes(column), node.kind_name()),
                        {}, allowed_hint(type_names()));
    }
    return std::nullopt;
}

// `timezone` or `format`; nothing after a fault.
std::optional<std::string> read_notation_text(const Tree& node, std::string_view key, Type type,
                                              const std::string& column, Diagnostics& diagnostics) {
    if (type != Type::timestamp && type != Type::timestamp_ns) {
        diagnostics.add(node.location(),
                        fmt::format("column {} is no timestamp, so it has no {}", in_quotes(column), key));
        return std::nullopt;
    }
    if (node.is_scalar() && !node.text().empty()) return node.text();
    diagnostics.add(node.location(), fmt::format("the {} of column {} must be text", key, in_quotes(column)), {},
                    std::string(key == "timezone" ? kZones : kFormats));
    return std::nullopt;
}

void read_notation(const Tree& map, DeclaredType& declared, const std::string& column, Diagnostics& diagnostics) {
    static const std::vector<std::string_view> kFormatNames{"epoch_s", "epoch_ms", "epoch_us", "epoch_ns"};
    if (const Tree* format = map.find("format"); format != nullptr) {
        declared.notation.format =
            read_notation_text(*format, "format", declared.type, column, diagnostics).value_or("");
        if (const auto reader = TimeReader::of({.format = declared.notation.format}); !reader)
            diagnostics.add(format->location(), reader.error().message,
                            suggestion(declared.notation.format, kFormatNames, diagnostics), std::string(kFormats));
    }
    const Tree* timezone = map.find("timezone");
    if (timezone == nullptr) return;
    const auto zone = read_notation_text(*timezone, "timezone", declared.type, column, diagnostics);
    if (!zone) return;
    declared.notation.timezone = *zone;
    const auto reader = TimeReader::of(declared.notation);
    if (reader || reader.error().code == "bad_time_format") return;
    const bool unknown = reader.error().code == "unknown_timezone";
    diagnostics.add(timezone->location(),
                    unknown ? fmt::format("unknown timezone {}", in_quotes(*zone)) : reader.error().message, {},
                    unknown ? std::string(kZones) : "take the timezone out");
}

// The long form.
std::optional<DeclaredType> read_type_map(const Tree& map, const std::string& column, Diagnostics& diagnostics) {
    static const std::vector<std::string_view> kKeys{"as", "format", "timezone"};
    for (const Tree::Entry& entry : map.entries()) {
        const std::string& key = entry.key.text();
        if (std::ranges::find(kKeys, key) != kKeys.end()) continue;
        diagnostics.add(entry.key.location(),
                        fmt::format("unknown key {} in the type of column {}", in_quotes(key), in_quotes(column)),
                        suggestion(key, kKeys, diagnostics), allowed_hint(kKeys));
    }
    const Tree* as = map.find("as");
    if (as == nullptr) {
        diagnostics.add(map.location(), fmt::format("the type of column {} lacks the key 'as'", in_quotes(column)), {},
                        std::string(kShape));
        return std::nullopt;
    }
    const std::optional<Type> type = type_named(*as, column, diagnostics);
    if (!type) return std::nullopt;
    DeclaredType declared{.type = *type};
    read_notation(map, declared, column, diagnostics);
    return declared;
}

std::optional<DeclaredType> read_type(const Tree& node, const std::string& column, Diagnostics& diagnostics) {
    if (node.is_map()) return read_type_map(node, column, diagnostics);
    const std::optional<Type> type = type_named(node, column, diagnostics);
    if (!type) return std::nullopt;
    return DeclaredType{.type = *type};
}

// `more` are names of types beyond those that a column may be declared as.
std::string columns_shape(std::string_view more) {
    std::string names(more);
    bool first = true;
    for (const auto& [name, type] : kTypes) {
        names += fmt::format("{}\"{}\"", first ? "" : ", ", name);
        first = false;
    }
    constexpr std::string_view kVariable = R"({"$ref": "#/$defs/variable"})";
    const std::string name = fmt::format(R"({{"anyOf": [{{"enum": [{}]}}, {}]}})", names, kVariable);
    return fmt::format(
        R"({{"type": "object", "additionalProperties": {{"anyOf": [{0}, {{"type": "object", "required": ["as"],)"
        R"( "additionalProperties": false, "properties": {{"as": {0}, "format": {{"type": "string", "minLength": 1}}, )"
        R"("timezone": {{"type": "string", "minLength": 1}}}}}}]}}}})",
        name);
}

}  // namespace

std::string_view type_name(Type type) {
    return std::ranges::find(kTypes, type, [](const auto& entry) { return entry.second; })->first;
}

Field types_field() {
    static const std::string kTypesShape = columns_shape("");
    return {.name = "types",
            .type = FieldType::any,
            .doc = "The types of columns that are more than their JSON says.",
            .details = "See below.",
            .example = "{timestamp: timestamp}",
            .shape = kTypesShape};
}

Field schema_field() {
    static const std::string kSchemaShape = columns_shape("\"any\", ");
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
                    std::string(kShape));
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
        diagnostics.add(schema->location(), "the schema has no columns", {}, std::string(kShape));
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
        auto type = read_type(entry.value, column, diagnostics);
        if (!type) continue;
        type->place = entry.key.location().text();
        types.insert_or_assign(column, std::move(*type));
    }
    return types;
}

}  // namespace sluice
