#include "extractors/source_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "rows/timestamp.hpp"

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

void read_timezone(const Tree& node, DeclaredType& declared, const std::string& column, Diagnostics& diagnostics) {
    if (declared.type != Type::timestamp && declared.type != Type::timestamp_ns) {
        diagnostics.add(node.location(),
                        fmt::format("column {} is no timestamp, so it has no timezone", in_quotes(column)));
    } else if (!node.is_scalar() || node.text().empty()) {
        diagnostics.add(node.location(), fmt::format("the timezone of column {} must be text", in_quotes(column)), {},
                        "an IANA name such as Asia/Jakarta or Europe/Berlin");
    } else if (!TimeZone::named(node.text())) {
        diagnostics.add(node.location(), fmt::format("unknown timezone {}", in_quotes(node.text())), {},
                        "an IANA name such as Asia/Jakarta or Europe/Berlin is expected");
    } else {
        declared.timezone = node.text();
    }
}

// The long form.
std::optional<DeclaredType> read_type_map(const Tree& map, const std::string& column, Diagnostics& diagnostics) {
    static const std::vector<std::string_view> kKeys{"as", "timezone"};
    for (const Tree::Entry& entry : map.entries()) {
        const std::string& key = entry.key.text();
        if (key == "as" || key == "timezone") continue;
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
    DeclaredType declared{.type = *type, .timezone = {}};
    const Tree* timezone = map.find("timezone");
    if (timezone != nullptr) read_timezone(*timezone, declared, column, diagnostics);
    return declared;
}

std::optional<DeclaredType> read_type(const Tree& node, const std::string& column, Diagnostics& diagnostics) {
    if (node.is_map()) return read_type_map(node, column, diagnostics);
    const std::optional<Type> type = type_named(node, column, diagnostics);
    if (!type) return std::nullopt;
    return DeclaredType{.type = *type, .timezone = {}};
}

std::string types_shape() {
    std::string names;
    for (const auto& [name, type] : kTypes) names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
    constexpr std::string_view kVariable = R"({"$ref": "#/$defs/variable"})";
    const std::string name = fmt::format(R"({{"anyOf": [{{"enum": [{}]}}, {}]}})", names, kVariable);
    return fmt::format(
        R"({{"type": "object", "additionalProperties": {{"anyOf": [{0}, {{"type": "object", "required": ["as"],)"
        R"( "additionalProperties": false, "properties": {{"as": {0}, "timezone": {{"type": "string", "minLength": 1}}}}}}]}}}})",
        name);
}

}  // namespace

std::string_view type_name(Type type) {
    return std::ranges::find(kTypes, type, [](const auto& entry) { return entry.second; })->first;
}

Field types_field() {
    static const std::string kTypesShape = types_shape();
    return {.name = "types",
            .type = FieldType::any,
            .doc = "The types of columns that are more than their JSON says.",
            .details = "See below.",
            .example = "{timestamp: timestamp}",
            .shape = kTypesShape};
}

DeclaredTypes declared_types(const Section& section, Diagnostics& diagnostics) {
    DeclaredTypes types;
    const Tree* node = section.node("types");
    if (node == nullptr || node->faulty()) return types;
    if (!node->is_map()) {
        diagnostics.add(node->location(), fmt::format("types must be a map, not {}", node->kind_name()), {},
                        std::string(kShape));
        return types;
    }
    for (const Tree::Entry& entry : node->entries()) {
        const std::string& column = entry.key.text();
        if (entry.value.faulty()) continue;
        auto type = read_type(entry.value, column, diagnostics);
        if (!type) continue;
        type->place = entry.key.location().text();
        types.insert_or_assign(column, std::move(*type));
    }
    return types;
}

}  // namespace sluice
