#include "transformers/drop.hpp"

#include "transformers/step_reading.hpp"

namespace sluice {

Schema DropStep::schema() {
    return {.type = kType,
            .doc = "All columns but some.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "drop",
                        .type = FieldType::text_list,
                        .doc = "The column that is left out, or a list.",
                        .required = true,
                        .may_be_empty = true}}};
}

std::unique_ptr<Transformer> DropStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<DropStep>();
    result->from_ = reference(step.section, "from");
    result->columns_ = named_columns(step.section.texts("drop"), kType, diagnostics);
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node DropStep::node(const std::vector<RelationId>& relations) const {
    return DropNode{.input = relations.at(0), .columns = columns_};
}

}  // namespace sluice
