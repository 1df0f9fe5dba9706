// What the stages of load_config() share while one config is loaded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"

namespace sluice {

// Lives as long as a Section points into it.
struct Document {
    Tree root;
    ConfigSchemas schemas;  // with the fields that every item has (complete_schemas())
    std::shared_ptr<const SqlHooks> sql;
};

struct Loading {
    std::shared_ptr<const Document> document;
    Diagnostics& diagnostics;

    [[nodiscard]] std::shared_ptr<const Tree> root() const { return {document, &document->root}; }
};

// A name that others refer to.
struct NamedItem {
    std::string_view name;
    Location location;
};

// Adds a fault for each name that stands twice. `what`: "destinations"; `advice`: "give each a `name`".
void check_unique(const std::vector<NamedItem>& items, std::string_view what, std::string_view advice,
                  Diagnostics& diagnostics);

}  // namespace sluice
