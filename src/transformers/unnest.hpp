// The step `unnest`: a row for each element of a list.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class UnnestStep : public Transformer {
public:
    static constexpr std::string_view kType = "unnest";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {from_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText from_;
    NamedColumn column_;
    std::string as_;
    bool keep_empty_ = false;
};

}  // namespace sluice
