// The step `count_by`: how many rows each key has.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class CountByStep : public Transformer {
public:
    static constexpr std::string_view kType = "count_by";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {from_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText from_;
    std::vector<std::string> keys_;
    std::vector<Location> key_locations_;
};

}  // namespace sluice
