#include "config/column_types.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
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
                        std::string(kColumnTypeForm));
        return std::nullopt;
    }
    const std::optional<Type> type = type_named(*as, column, diagnostics);
    if (!type) return std::nullopt;
    DeclaredType declared{.type = *type};
    read_notation(map, declared, column, diagnostics);
    return declared;
}

}  // namespace

std::string_view type_name(Type type) {
    return std::ranges::find(kTypes, type, [](const auto& entry) { return entry.second; })->first;
}

std::optional<DeclaredType> read_column_type(const Tree& node, const std::string& column, Diagnostics& diagnostics) {
    if (node.is_map()) return read_type_map(node, column, diagnostics);
    const std::optional<Type> type = type_named(node, column, diagnostics);
    if (!type) return std::nullopt;
    return DeclaredType{.type = *type};
}

std::string column_types_shape(std::string_view more) {
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

}  // namespace sluice
