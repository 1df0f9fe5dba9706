#include "monitoring/source_details.hpp"

#include "utils/json.hpp"

namespace sluice {

using Json = nlohmann::ordered_json;

namespace {

Json columns_json(const std::vector<DriftedColumn>& columns) {
    Json all = Json::array();
    for (const DriftedColumn& column : columns)
        all.push_back({{"column", column.column}, {"from", column.from}, {"to", column.to}});
    return all;
}

std::vector<DriftedColumn> columns_of(const Json& object, const char* key) {
    std::vector<DriftedColumn> columns;
    const auto list = object.find(key);
    if (list == object.end() || !list->is_array()) return columns;
    for (const Json& item : *list)
        if (item.is_object())
            columns.push_back(
                {.column = text_at(item, "column"), .from = text_at(item, "from"), .to = text_at(item, "to")});
    return columns;
}

}  // namespace

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t count_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

double number_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

bool flag_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

Json drift_json(const DriftReport& drift) {
    if (drift.empty()) return nullptr;
    return {{"since", drift.since},
            {"added", columns_json(drift.added)},
            {"removed", columns_json(drift.removed)},
            {"widened", columns_json(drift.widened)}};
}

DriftReport drift_of(const Json& json) {
    if (!json.is_object()) return {};
    return {.since = text_at(json, "since"),
            .added = columns_of(json, "added"),
            .removed = columns_of(json, "removed"),
            .widened = columns_of(json, "widened")};
}

Json nulled_json(const std::vector<NulledReport>& nulled) {
    Json list = Json::array();
    for (const NulledReport& one : nulled)
        list.push_back({{"column", one.column}, {"values", one.values}, {"first", one.first}});
    return list;
}

std::vector<NulledReport> nulled_of(const Json& json) {
    std::vector<NulledReport> nulled;
    if (!json.is_array()) return nulled;
    for (const Json& item : json)
        if (item.is_object())
            nulled.push_back({.column = text_at(item, "column"),
                              .values = count_at(item, "values"),
                              .first = text_at(item, "first")});
    return nulled;
}

Json params_json(const std::vector<std::pair<std::string, std::string>>& params) {
    Json object = Json::object();
    for (const auto& [name, value] : params) object[name] = value;
    return object;
}

std::vector<std::pair<std::string, std::string>> params_of(const Json& json) {
    std::vector<std::pair<std::string, std::string>> params;
    if (!json.is_object()) return params;
    for (const auto& [name, value] : json.items())
        if (value.is_string()) params.emplace_back(name, value.get<std::string>());
    return params;
}

}  // namespace sluice
