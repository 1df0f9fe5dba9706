#include "transformers/union.hpp"

#include <fmt/format.h>

#include "transformers/step_reading.hpp"

namespace sluice {

Schema UnionStep::schema() {
    return {
        .type = kType,
        .doc = "The rows of several inputs, one behind the other.",
        .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                   {.name = "union",
                    .type = FieldType::text_list,
                    .doc = "The sources and steps whose rows it has, in their order.",
                    .required = true,
                    .is_input = true,
                    .details = "Columns go by their names, in the order in which they are first seen; an input "
                               "that lacks one has null there. Rows that are equal stay (`dedupe` leaves them out).",
                    .example = "[january, february]"}}};
}

std::unique_ptr<Transformer> UnionStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<UnionStep>();
    result->inputs_ = step.section.texts("union");
    result->location_ = step.section.location("union");
    if (result->inputs_.size() == 1)
        diagnostics.add(result->location_, "'union' needs two inputs or more", {},
                        "such as union: [january, february]");
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node UnionStep::node(const std::vector<RelationId>& relations) const {
    return UnionNode{.inputs = relations, .location = location_};
}

}  // namespace sluice
