// The one list of what Sluice can do: source types, step types, destination types, alert types. Adding one is two
// files, one line here, one line in that folder's CMakeLists.txt, and a golden case. Nothing registers itself.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "alerting/alert_channel.hpp"
#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "loaders/destination.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

struct ExtractorType {
    std::string_view type;
    Schema (*schema)();
    std::unique_ptr<Extractor> (*from_config)(const ConfigItem&, Diagnostics&);
};

struct TransformerType {
    std::string_view type;
    Schema (*schema)();
    std::unique_ptr<Transformer> (*from_config)(const ConfigItem&, Diagnostics&);
};

struct DestinationType {
    std::string_view type;
    std::string_view address_field;  // whose emptiness switches the destination off; empty: always on
    Schema (*schema)();
    std::unique_ptr<Destination> (*from_config)(const DestinationItem&, Diagnostics&);
};

struct AlertType {
    std::string_view type;
    std::string_view address_field;  // whose emptiness switches the alert off
    Schema (*schema)();
    std::unique_ptr<AlertChannel> (*from_config)(const AlertItem&, Diagnostics&);
};

// Alphabetical.
[[nodiscard]] const std::vector<ExtractorType>& extractor_types();
[[nodiscard]] const std::vector<TransformerType>& transformer_types();
[[nodiscard]] const std::vector<DestinationType>& destination_types();
[[nodiscard]] const std::vector<AlertType>& alert_types();

// What the config loader needs to know of all of them.
[[nodiscard]] ConfigSchemas config_schemas();

}  // namespace sluice
