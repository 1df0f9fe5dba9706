// Validation by the schema is never stricter than the loader's: what it rejects, the loader rejects. It cannot know of
// references, cycles, variables or files.

#include "config/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "config/items.hpp"
#include "config/loading.hpp"
#include "config/outputs.hpp"
#include "config/params.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

enum class Purpose { config, overlay };

Json reference(std::string_view name) { return {{"$ref", fmt::format("#/$defs/{}", name)}}; }

// What the reference page writes in the column of types.
std::string_view type_name(const Field& field) {
    switch (field.type) {
        case FieldType::text:
            return "text";
        case FieldType::integer:
            return "whole number";
        case FieldType::boolean:
            return "true or false";
        case FieldType::duration:
            return "duration";
        case FieldType::bytes:
            return "size";
        case FieldType::text_list:
            return "list of texts";
        case FieldType::secret:
            return "secret";
        case FieldType::secret_map:
            return "map of secrets";
        case FieldType::section_list:
            return "list of maps";
        case FieldType::section:
        case FieldType::any:
            break;
    }
    return field.shape.find("\"array\"") == std::string_view::npos ? "map" : "list";
}

Json with_variable(Json schema) { return {{"anyOf", Json::array({std::move(schema), reference("variable")})}}; }

Json text_schema(const Field& field) {
    if (!field.choices.empty()) {
        Json values = Json::array();
        for (const std::string_view choice : field.choices) values.push_back(choice);
        return with_variable({{"enum", std::move(values)}});
    }
    return reference(field.may_be_empty ? "text_or_empty" : "text");
}

Json object_schema(const std::vector<Field>& fields, Purpose purpose);

Json value_schema(const Field& field, Purpose purpose) {
    switch (field.type) {
        case FieldType::text:
            return text_schema(field);
        case FieldType::integer: {
            Json number{{"type", "integer"}};
            if (field.least > std::numeric_limits<std::int64_t>::min()) number["minimum"] = field.least;
            if (field.most < std::numeric_limits<std::int64_t>::max()) number["maximum"] = field.most;
            return {{"anyOf", Json::array({std::move(number), reference("digits"), reference("variable")})}};
        }
        case FieldType::boolean:
            return with_variable({{"enum", Json::array({true, false, "true", "false"})}});
        case FieldType::duration:
            return reference("duration");
        case FieldType::bytes:
            return reference("bytes");
        case FieldType::text_list:
            if (!field.shape.empty()) return Json::parse(field.shape);
            return {{"anyOf", Json::array({text_schema(field),
                                           {{"type", "array"}, {"items", text_schema(field)}, {"minItems", 1}}})}};
        case FieldType::secret:
            return reference(field.may_be_empty ? "text_or_empty" : "text");
        case FieldType::secret_map:
            return {{"type", "object"}, {"additionalProperties", reference("text_or_null")}};
        case FieldType::section:
            return object_schema(field.fields, purpose);
        case FieldType::section_list:
            if (!field.shape.empty()) return Json::parse(field.shape);
            return {{"type", "array"}, {"items", object_schema(field.fields, purpose)}};
        case FieldType::any:
            return field.shape.empty() ? Json(true) : Json::parse(field.shape);
    }
    return true;
}

// An absent value may also be written as null, unless it is required.
Json field_schema(const Field& field, Purpose purpose) {
    Json schema = value_schema(field, purpose);
    const bool may_be_null = purpose == Purpose::overlay || !field.required;
    Json result{{"description",
                 field.details.empty() ? std::string(field.doc) : fmt::format("{} {}", field.doc, field.details)},
                {"$comment", type_name(field)}};
    if (!field.default_text.empty()) result["default"] = field.default_text;
    if (!field.example.empty()) result["examples"] = Json::array({field.example});
    if (may_be_null) {
        result["anyOf"] = Json::array({std::move(schema), {{"type", "null"}}});
    } else {
        result["allOf"] = Json::array({std::move(schema)});
    }
    return result;
}

Json object_schema(const std::vector<Field>& fields, Purpose purpose) {
    Json properties = Json::object();
    Json required = Json::array();
    for (const Field& field : fields) {
        properties[std::string(field.name)] = field_schema(field, purpose);
        if (field.required && purpose == Purpose::config) required.push_back(field.name);
    }
    Json schema{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

// `type: NAME`, the fallback also without it.
Json item_of_type(const Schema& schema, bool is_fallback) {
    Json item = object_schema(schema.fields, Purpose::config);
    item["title"] = schema.type;
    item["description"] = schema.doc;
    Json& type = item["properties"]["type"];
    type.erase("anyOf");
    type.erase("allOf");
    type["const"] = schema.type;
    if (is_fallback) return item;
    Json& required = item["required"];
    if (std::ranges::find(required, Json("type")) == required.end()) required.push_back("type");
    return item;
}

// In an overlay an item may be a part of one of any kind.
Json part_of_any(const std::vector<Schema>& schemas) {
    std::vector<Field> all;
    std::map<std::string_view, int> known;
    for (const Schema& schema : schemas) {
        for (const Field& field : schema.fields)
            if (known[field.name]++ == 0) all.push_back(field);
    }
    Json part = object_schema(all, Purpose::overlay);
    // A name that kinds use differently says nothing about its value here.
    for (const Field& field : all)
        if (known[field.name] > 1 && field.name != "name") part["properties"][std::string(field.name)] = true;
    return part;
}

Json list_schema(const std::string& item, bool may_be_empty, std::size_t most = 0) {
    Json list{{"type", "array"}, {"items", reference(item)}};
    if (!may_be_empty) list["minItems"] = 1;
    if (most > 0) list["maxItems"] = most;
    return list;
}

// The whole of a config, or of an overlay; `items` is the prefix of the definitions of its lists' items.
Json top_schema(Purpose purpose, const std::string& items) {
    Json top = object_schema(top_fields(), purpose);
    Json& properties = top["properties"];
    const auto put = [&](const char* key, Json schema) {
        Json& property = properties[key];
        property.erase("anyOf");
        property.erase("allOf");
        const std::string_view name = key;
        const bool is_required =
            purpose == Purpose::config && name != "transforms" && name != "params" && name != "alerts";
        property["anyOf"] =
            is_required ? Json::array({std::move(schema)}) : Json::array({std::move(schema), {{"type", "null"}}});
        property["$comment"] = std::string_view(key) == "params" ? "map" : "list";
    };
    put("data_sources", list_schema(items + "source", false));
    put("transforms", list_schema(items + "step", true, kMostSteps));
    put("outputs", list_schema(items + "output", false));
    put("destinations", list_schema(items + "destination", false, kMostDestinations));
    put("alerts", list_schema(items + "alert", true, kMostAlerts));
    put("params", {{"type", "object"},
                   {"propertyNames", {{"pattern", "^[A-Za-z_][A-Za-z0-9_]*$"}}},
                   {"additionalProperties", object_schema(param_fields(), purpose)}});
    if (purpose == Purpose::config)
        properties["version"]["anyOf"] = Json::array({{{"enum", Json::array({1, "1"})}}, reference("variable")}),
        properties["version"].erase("allOf");
    return top;
}

Json scalar_definitions() {
    const Json scalar = Json::array({"string", "number", "boolean"});
    const auto pattern = [](const char* text) { return Json{{"type", "string"}, {"pattern", text}}; };
    return {{"variable", pattern(R"(\$\{)")},
            {"text", {{"type", scalar}, {"minLength", 1}}},
            {"text_or_empty", {{"type", scalar}}},
            {"text_or_null", {{"type", Json::array({"string", "number", "boolean", "null"})}}},
            {"join_key",
             {{"anyOf",
               Json::array({reference("text_or_empty"),
                            object_schema(
                                {{.name = "left", .doc = "The left column.", .required = true, .may_be_empty = true},
                                 {.name = "right", .doc = "The right column.", .required = true, .may_be_empty = true}},
                                Purpose::config)})}}},
            {"digits", pattern("^[+-]?[0-9]+$")},
            {"duration", with_variable(pattern("^[0-9]+ *(ms|s|m|h|d)$"))},
            {"bytes",
             {{"anyOf", Json::array({{{"type", "integer"}, {"minimum", 0}},
                                     pattern("^[0-9]+ *([KMGT]i?B|B)?$"),
                                     reference("variable")})}}}};
}

}  // namespace

std::string json_schema(const ConfigSchemas& given) {
    const ConfigSchemas schemas = complete_schemas(given);
    Json definitions = scalar_definitions();
    const auto define = [&](const std::string& name, Json schema) { definitions[name] = std::move(schema); };
    const auto choices = [](const Json& list) { return Json{{"oneOf", list}}; };
    Json sources = Json::array();
    Json steps = Json::array();
    Json destinations = Json::array();
    Json alerts = Json::array();
    for (const Schema& schema : schemas.sources) {
        define("source_" + std::string(schema.type), item_of_type(schema, schema.type == "file"));
        sources.push_back(reference("source_" + std::string(schema.type)));
    }
    for (const Schema& schema : schemas.transforms) {
        Json step = object_schema(schema.fields, Purpose::config);
        step["title"] = schema.type;
        step["description"] = schema.doc;
        define("step_" + std::string(schema.type), std::move(step));
        steps.push_back(reference("step_" + std::string(schema.type)));
    }
    for (const Schema& schema : schemas.destinations) {
        define("destination_" + std::string(schema.type), item_of_type(schema, false));
        destinations.push_back(reference("destination_" + std::string(schema.type)));
    }
    for (const Schema& schema : schemas.alerts) {
        define("alert_" + std::string(schema.type), item_of_type(schema, false));
        alerts.push_back(reference("alert_" + std::string(schema.type)));
    }
    // What sources and steps have in common stands once.
    for (const Field& field : schemas.sources.empty() ? std::vector<Field>() : schemas.sources.front().fields)
        if (field.name == "expect") define("expectation", object_schema(field.fields, Purpose::config));
    define("source", choices(sources));
    define("step", choices(steps));
    define("destination", choices(destinations));
    define("alert", choices(alerts));
    Json output = object_schema(output_fields(schemas.formats), Purpose::config);
    output["anyOf"] = Json::array({{{"required", Json::array({"file"})}}, {{"required", Json::array({"format"})}}});
    define("output", std::move(output));
    define("part_of_source", part_of_any(schemas.sources));
    define("part_of_step", part_of_any(schemas.transforms));
    define("part_of_output", object_schema(output_fields(schemas.formats), Purpose::overlay));
    define("part_of_destination", part_of_any(schemas.destinations));
    define("part_of_alert", part_of_any(schemas.alerts));
    define("config", top_schema(Purpose::config, ""));
    define("overlay", top_schema(Purpose::overlay, "part_of_"));

    const Json names_itself = {
        {"anyOf", Json::array({{{"required", Json::array({"version"})}}, {{"required", Json::array({"pipeline"})}}})}};
    const Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                      {"title", "A config of Sluice, or an overlay of one"},
                      {"type", "object"},
                      {"if", names_itself},
                      {"then", reference("config")},
                      {"else", reference("overlay")},
                      {"$defs", std::move(definitions)}};
    return schema.dump(2) + '\n';
}

}  // namespace sluice
