// The step `dedupe`: one row of those that are equal in some columns.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class DedupeStep : public Transformer {
public:
    static constexpr std::string_view kType = "dedupe";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {from_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText from_;
    std::vector<NamedColumn> keys_;
    bool keep_last_ = false;
};

}  // namespace sluice
