// The step `mask`: values that cannot be read any more.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class MaskStep : public Transformer {
public:
    static constexpr std::string_view kType = "mask";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {from_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText from_;
    std::vector<MaskedColumn> columns_;
    Secret key_;
};

}  // namespace sluice
