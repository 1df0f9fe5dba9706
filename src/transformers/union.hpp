// The step `union`: the rows of several inputs, one behind the other.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class UnionStep : public Transformer {
public:
    static constexpr std::string_view kType = "union";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return inputs_; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    std::vector<LocatedText> inputs_;
    Location location_;
};

}  // namespace sluice
