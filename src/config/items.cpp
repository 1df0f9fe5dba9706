#include "config/items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "config/validation.hpp"

namespace sluice {
namespace {

void add_missing(std::vector<Field>& fields, Field field, bool in_front) {
    if (std::ranges::find(fields, field.name, &Field::name) != fields.end()) return;
    fields.insert(in_front ? fields.begin() : fields.end(), std::move(field));
}

std::vector<std::string_view> types_of(const std::vector<Schema>& schemas) {
    std::vector<std::string_view> types;
    for (const Schema& schema : schemas) types.push_back(schema.type);
    return types;
}

const Schema* schema_of(const std::vector<Schema>& schemas, std::string_view type) {
    const auto found = std::ranges::find(schemas, type, &Schema::type);
    return found == schemas.end() ? nullptr : &*found;
}

// "source 'a'" or, without a name, "source".
std::string label(std::string_view kind, const Tree& item, std::string_view list_key) {
    const Tree* name = item_name(item, list_key);
    return name == nullptr ? std::string(kind) : fmt::format("{} {}", kind, in_quotes(name->text()));
}

ReadItem check_item(const Loading& loading, const Tree& item, const Schema& schema, std::string_view kind,
                    std::string_view list_key) {
    const std::size_t before = loading.diagnostics.list().size();
    validate(item, schema.fields, label(kind, item, list_key), loading.diagnostics);
    ReadItem result;
    result.fits = loading.diagnostics.list().size() == before && !item.holds_fault();
    result.item.type = schema.type;
    result.item.section = SectionReader::make(loading.root(), item, schema.fields);
    result.item.sql = loading.document->sql;
    result.item.name_location = item.location();
    if (const Tree* name = item_name(item, list_key)) {
        result.item.name = name->text();
        result.item.name_location = name->location();
    }
    return result;
}

// The schema that `type` names; null after a fault.
const Schema* schema_by_type(const Loading& loading, const Tree& item, const std::vector<Schema>& schemas,
                             std::string_view kind, std::string_view fallback) {
    Diagnostics& diagnostics = loading.diagnostics;
    const auto types = types_of(schemas);
    if (item.faulty()) return nullptr;
    if (!item.is_map()) {
        diagnostics.add(item.location(), fmt::format("a {} must be a map, not {}", kind, item.kind_name()));
        return nullptr;
    }
    const Tree* type = item.find("type");
    if (type == nullptr || type->is_null()) {
        if (!fallback.empty()) return schema_of(schemas, fallback);
        diagnostics.add(item.location(), fmt::format("missing key 'type' in {}", kind), {}, allowed_hint(types));
        return nullptr;
    }
    if (type->faulty()) return nullptr;
    if (!type->is_scalar()) {
        diagnostics.add(type->location(), fmt::format("'type' must be text, not {}", type->kind_name()), {},
                        allowed_hint(types));
        return nullptr;
    }
    const Schema* schema = schema_of(schemas, type->text());
    if (schema == nullptr) {
        diagnostics.add(type->location(), fmt::format("unknown {} type {}", kind, in_quotes(type->text())),
                        suggestion(type->text(), types, diagnostics), allowed_hint(types));
    }
    return schema;
}

// A step is of the type whose name is one of its keys.
const Schema* schema_of_step(const Loading& loading, const Tree& step) {
    Diagnostics& diagnostics = loading.diagnostics;
    const std::vector<Schema>& schemas = loading.document->schemas.transforms;
    if (step.faulty()) return nullptr;
    if (!step.is_map()) {
        diagnostics.add(step.location(), fmt::format("a step must be a map, not {}", step.kind_name()));
        return nullptr;
    }
    const auto types = types_of(schemas);
    const Schema* schema = nullptr;
    const Schema* removed = nullptr;
    const Tree::Entry* near = nullptr;
    const auto is_removed = [](const Tree::Entry& entry) { return entry.value.is_null() && !entry.value.faulty(); };
    for (const Tree::Entry& entry : step.entries()) {
        const std::string& key = entry.key.text();
        const Schema* of_key = is_removed(entry) ? nullptr : schema_of(schemas, key);
        if (of_key != nullptr && schema != nullptr) {
            diagnostics.add(entry.key.location(),
                            fmt::format("a step does one thing, but this one has '{}' and '{}'", schema->type, key), {},
                            "make it two steps, the second reading `from` the first");
            return nullptr;
        }
        if (of_key != nullptr) schema = of_key;
        if (is_removed(entry) && schema_of(schemas, key) != nullptr) removed = schema_of(schemas, key);
        if (near == nullptr && key != "name" && key != "from" && !nearest_name(key, types).empty()) near = &entry;
    }
    if (schema == nullptr) schema = removed;  // its key has no value, which is a fault of its own
    if (schema != nullptr) return schema;
    if (near != nullptr) {
        diagnostics.add(
            near->key.location(),
            fmt::format("unknown key {} in {}", in_quotes(near->key.text()), label("step", step, "transforms")),
            suggestion(near->key.text(), types, diagnostics), allowed_hint(types));
    } else {
        diagnostics.add(step.location(), fmt::format("{} does not say what it does", label("step", step, "transforms")),
                        {}, fmt::format("one of its keys must be the kind of step; {}", allowed_hint(types)));
    }
    return nullptr;
}

using AddressFields = std::map<std::string, std::string, std::less<>>;

void complete_addressed(std::vector<Schema>& schemas, std::string_view types, std::string_view two_names,
                        const AddressFields& address_fields) {
    for (Schema& schema : schemas) {
        add_missing(schema.fields, {.name = "type", .doc = types, .required = true}, true);
        add_missing(schema.fields, {.name = "name", .doc = "Defaults to the type.", .details = two_names}, true);
        const auto address = address_fields.find(schema.type);
        for (Field& field : schema.fields) {
            if (field.name == "retry") field.type = FieldType::section, field.fields = retry_fields();
            if (address != address_fields.end() && field.name == address->second) field.may_be_empty = true;
        }
    }
}

// The address may be a secret or a list: what it says is not asked for here.
bool has_no_address(const Section& section, std::string_view field) {
    const auto texts = section.texts(field);
    return std::ranges::all_of(texts, [](const LocatedText& text) { return text.value.empty(); });
}

// What the two lists of things with an address have in common: the item, whether it is on, how it is tried again.
template <typename Item>
std::vector<Item> read_addressed(const Loading& loading, const std::vector<Schema>& schemas, std::string_view kind,
                                 std::string_view list, const RetrySpec& retry,
                                 const std::function<void(const Item&, Diagnostics&)>& check) {
    const AddressFields& address_fields = loading.document->schemas.address_fields;
    std::vector<Item> items;
    for (const Tree& node : list_of(loading, list)) {
        const Schema* schema = schema_by_type(loading, node, schemas, kind, {});
        if (schema == nullptr) continue;
        ReadItem read = check_item(loading, node, *schema, kind, list);
        Item item;
        static_cast<ConfigItem&>(item) = std::move(read.item);
        item.retry = retry;
        if (const auto section = item.section.section("retry"); section && read.fits) {
            item.retry = read_retry(*section, retry);
        }
        const auto address = address_fields.find(item.type);
        if (address != address_fields.end() && has_no_address(item.section, address->second)) {
            item.on = false;
            item.off_reason = fmt::format("{} is empty", address->second);
        }
        if (read.fits && item.on && check) check(item, loading.diagnostics);
        items.push_back(std::move(item));
    }
    return items;
}

}  // namespace

ConfigSchemas complete_schemas(ConfigSchemas schemas) {
    const Field name{.name = "name",
                     .doc = "The name that others refer to.",
                     .required = true,
                     .details = "No other source or step may have it."};
    for (Schema& schema : schemas.sources) {
        add_missing(
            schema.fields,
            {.name = "type", .doc = "What the source is.", .details = "`file`, which is the default, or `command`."},
            true);
        add_missing(schema.fields, name, true);
    }
    for (Schema& schema : schemas.transforms) add_missing(schema.fields, name, true);
    complete_addressed(schemas.destinations, "What the destination is: `local` or `s3`.",
                       "Two destinations of one name are a fault.", schemas.address_fields);
    complete_addressed(schemas.alerts, "Who takes the message: `command`, `email`, `slack` or `webhook`.",
                       "Two alerts of one name are a fault.", schemas.address_fields);
    return schemas;
}

std::vector<Field> retry_fields() {
    // Keep RetrySpec's defaults in step.
    return {{.name = "attempts",
             .type = FieldType::integer,
             .doc = "How often a request is tried, the first time included.",
             .default_text = "5",
             .least = 1,
             .most = 100},
            {.name = "max_delay",
             .type = FieldType::duration,
             .doc = "The longest wait between two tries.",
             .default_text = "10s"},
            {.name = "deadline",
             .type = FieldType::duration,
             .doc = "After so long nothing is tried again.",
             .default_text = "60s"}};
}

RetrySpec read_retry(const Section& retry, const RetrySpec& defaults) {
    RetrySpec spec = defaults;
    if (retry.has("attempts"))
        spec.attempts = static_cast<int>(std::clamp<std::int64_t>(retry.integer("attempts"), 1, 100));
    if (retry.has("max_delay")) spec.max_delay = retry.duration("max_delay");
    if (retry.has("deadline")) spec.deadline = retry.duration("deadline");
    return spec;
}

std::vector<ReadItem> read_sources(const Loading& loading) {
    std::vector<ReadItem> items;
    for (const Tree& item : list_of(loading, "data_sources")) {
        const Schema* schema = schema_by_type(loading, item, loading.document->schemas.sources, "source", "file");
        if (schema != nullptr) items.push_back(check_item(loading, item, *schema, "source", "data_sources"));
    }
    return items;
}

std::vector<ReadItem> read_transforms(const Loading& loading) {
    std::vector<ReadItem> items;
    for (const Tree& item : list_of(loading, "transforms")) {
        if (const Schema* schema = schema_of_step(loading, item)) {
            items.push_back(check_item(loading, item, *schema, "step", "transforms"));
        }
    }
    return items;
}

std::vector<DestinationItem> read_destinations(const Loading& loading, const RetrySpec& retry) {
    const ConfigSchemas& schemas = loading.document->schemas;
    return read_addressed<DestinationItem>(loading, schemas.destinations, "destination", "destinations", retry,
                                           schemas.check_destination);
}

std::vector<AlertItem> read_alerts(const Loading& loading, const RetrySpec& retry) {
    const ConfigSchemas& schemas = loading.document->schemas;
    return read_addressed<AlertItem>(loading, schemas.alerts, "alert", "alerts", retry, schemas.check_alert);
}

}  // namespace sluice
