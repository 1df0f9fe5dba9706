// The step `group_by` with `aggregate`: sums, means and the like of each key.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class GroupByStep : public Transformer {
public:
    static constexpr std::string_view kType = "group_by";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {from_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText from_;
    std::vector<std::string> keys_;
    std::vector<Location> key_locations_;
    std::vector<AggregateColumn> aggregates_;
};

}  // namespace sluice
