#include "transformers/derive.hpp"

#include "config/tree.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {

Schema DeriveStep::schema() {
    static const std::string kShape = column_map_shape(R"({"$ref": "#/$defs/text"})");
    return {.type = kType,
            .doc = "Computed columns besides the others.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "derive",
                        .type = FieldType::any,
                        .doc = "A map from names to expressions in SQL.",
                        .required = true,
                        .details = "Expressions see the columns of the input, not one another. A name that the input "
                                   "has is replaced in its place; the others come behind.",
                        .example = "{seconds: response_time / 1000}",
                        .shape = kShape}}};
}

std::unique_ptr<Transformer> DeriveStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    constexpr std::string_view kForm = "such as derive: {seconds: response_time / 1000}";
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<DeriveStep>();
    result->from_ = reference(step.section, "from");
    for (const ColumnEntry& entry : column_entries(step.section, kType, kForm, diagnostics))
        if (auto column = computed_column(entry, kForm, step, diagnostics))
            result->columns_.push_back(std::move(*column));
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node DeriveStep::node(const std::vector<RelationId>& relations) const {
    return DeriveNode{.input = relations.at(0), .columns = columns_};
}

}  // namespace sluice
