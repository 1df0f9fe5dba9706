// The step `join`: rows of two inputs that have the same key.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class JoinStep : public Transformer {
public:
    static constexpr std::string_view kType = "join";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return {left_, right_}; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    LocatedText left_;
    LocatedText right_;
    JoinShape shape_;
    std::vector<Location> key_locations_;
};

}  // namespace sluice
