// The step `sql`: what one SELECT statement gives. It reads what `from` names, else the tables that the statement
// names.
#pragma once

#include "config/schema.hpp"
#include "transformers/transformer.hpp"

namespace sluice {

class SqlStep : public Transformer {
public:
    static constexpr std::string_view kType = "sql";
    [[nodiscard]] static Schema schema();
    [[nodiscard]] static std::unique_ptr<Transformer> from_config(const ConfigItem& step, Diagnostics& diagnostics);

    [[nodiscard]] std::vector<LocatedText> inputs() const override { return inputs_; }
    [[nodiscard]] Node node(const std::vector<RelationId>& relations) const override;

private:
    std::vector<LocatedText> inputs_;
    Expression sql_;
};

}  // namespace sluice
