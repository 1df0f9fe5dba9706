#include "plan/relational/sql_tokens.hpp"

#include <algorithm>

#include "plan/relational/sql_tree.hpp"
#include "utils/json.hpp"

namespace sluice {

using nlohmann::json;
using namespace sql;

namespace {

class Lookup {
public:
    Lookup(const OutermostScope& scope, const std::vector<OrderedInput>& inputs) : scope_(scope), inputs_(inputs) {}

    // The only column of that name among the mentions, or among those with that alias.
    std::optional<CarriedColumn> find(const std::string& name, const std::string& alias) const {
        std::optional<CarriedColumn> found;
        for (const Mention& mention : scope_.mentions) {
            if (!alias.empty() && mention.alias != alias) continue;
            const std::vector<BoundColumn>& columns = inputs_[mention.input].relation->columns;
            for (std::size_t index = 0; index < columns.size(); ++index) {
                if (lower(columns[index].name) != lower(name)) continue;
                if (found) return std::nullopt;
                found = CarriedColumn{&columns[index], hidden_token(mention.number, index)};
            }
        }
        return found;
    }

    std::optional<CarriedColumn> find(const json& item) const {
        if (class_of(item) != "COLUMN_REF") return std::nullopt;
        const auto names = item.at("column_names").get<std::vector<std::string>>();
        if (names.size() > 2) return std::nullopt;
        return find(names.back(), names.size() == 2 ? lower(names.front()) : std::string{});
    }

private:
    const OutermostScope& scope_;
    const std::vector<OrderedInput>& inputs_;
};

std::string name_of(const json& item) {
    const std::string alias = text_at(item, "alias");
    if (!alias.empty()) return alias;
    return class_of(item) == "COLUMN_REF" ? item.at("column_names").back().get<std::string>() : std::string{};
}

bool is_plain_star(const json& item) {
    return class_of(item) == "STAR" && item.at("replace_list").empty() && item.at("rename_list").empty();
}

}  // namespace

std::vector<std::optional<CarriedColumn>> carried_columns(const json& node, const OutermostScope& scope,
                                                          const std::vector<OrderedInput>& inputs,
                                                          const std::vector<std::string>& results) {
    std::vector<std::optional<CarriedColumn>> carried(results.size());
    if (scope.mentions.empty()) return carried;
    const Lookup lookup(scope, inputs);
    const json& list = node.at("select_list");
    if (!has_star(node)) {
        for (std::size_t index = 0; index < results.size() && index < list.size(); ++index)
            carried[index] = lookup.find(list[index]);
        return carried;
    }
    // With a star the place of a column is not known, but its name is: two columns of one name are refused.
    for (const json& item : list)
        if (class_of(item) != "COLUMN_REF" && name_of(item).empty() && !is_plain_star(item)) return carried;
    for (std::size_t index = 0; index < results.size(); ++index) {
        const auto named =
            std::ranges::find_if(list, [&](const json& item) { return lower(name_of(item)) == lower(results[index]); });
        carried[index] = named != list.end() ? lookup.find(*named) : lookup.find(results[index], {});
    }
    return carried;
}

}  // namespace sluice
