// Reads the items of data_sources, transforms, destinations and alerts: chooses each one's schema and checks it.
#pragma once

#include <vector>

#include "config/config.hpp"
#include "config/loading.hpp"

namespace sluice {

// Gives sources and steps a required `name`, sources an optional and destinations and alerts a required `type`, and
// `retry` its fields, where a component's own table does not.
[[nodiscard]] ConfigSchemas complete_schemas(ConfigSchemas schemas);
[[nodiscard]] std::vector<Field> retry_fields();
// What is not written stays as in `defaults`.
[[nodiscard]] RetrySpec read_retry(const Section& retry, const RetrySpec& defaults);

struct ReadItem {
    ConfigItem item;
    bool fits = false;  // no fault was found: only then may the component read it
};

// Items whose type is unknown are left out; their fault is reported.
[[nodiscard]] std::vector<ReadItem> read_sources(const Loading& loading);
[[nodiscard]] std::vector<ReadItem> read_transforms(const Loading& loading);
[[nodiscard]] std::vector<DestinationItem> read_destinations(const Loading& loading, const RetrySpec& retry);
[[nodiscard]] std::vector<AlertItem> read_alerts(const Loading& loading, const RetrySpec& retry);

}  // namespace sluice
