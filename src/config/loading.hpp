// What the stages of load_config() share while one config is loaded.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "config/config.hpp"
#include "config/tree.hpp"

namespace sluice {

inline constexpr std::size_t kMostDestinations = 100;
inline constexpr std::size_t kMostAlerts = 20;
inline constexpr std::size_t kMostSteps = 2000;

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

// The names of all items of one or more lists, in the config's order, also of items with faults of their own.
class Names {
public:
    void add(const Loading& loading, std::string_view list_key);
    [[nodiscard]] bool contains(std::string_view name) const { return first_.contains(name); }
    // Whether two items have the name.
    [[nodiscard]] bool is_ambiguous(std::string_view name) const { return ambiguous_.contains(name); }
    [[nodiscard]] const std::vector<std::string_view>& list() const noexcept { return list_; }

    // Adds a fault for each name that stands a second time. `what`: "destinations"; `advice`: "give each a `name`".
    void check_unique(std::string_view what, std::string_view advice, Diagnostics& diagnostics) const;

private:
    struct Duplicate {
        const Tree* name;
        const Tree* first;
    };
    std::vector<std::string_view> list_;
    std::unordered_map<std::string_view, const Tree*> first_;
    std::unordered_set<std::string_view> ambiguous_;
    std::vector<Duplicate> duplicates_;
};

// The items of a list at the top level; empty when it is absent or no list.
[[nodiscard]] const std::vector<Tree>& list_of(const Loading& loading, std::string_view key);
// The name of a list's item: its `name`, else what it defaults to in that list; null when it has none.
[[nodiscard]] const Tree* item_name(const Tree& item, std::string_view list_key);

}  // namespace sluice
