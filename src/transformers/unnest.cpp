#include "transformers/unnest.hpp"

#include "transformers/step_reading.hpp"

namespace sluice {

Schema UnnestStep::schema() {
    return {.type = kType,
            .doc = "A row for each element of a list.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "unnest",
                        .doc = "The column with the lists.",
                        .required = true,
                        .may_be_empty = true,
                        .details = "Its elements stand in its place, in their order; the other columns are repeated. A "
                                   "value that is neither a list nor null ends the run, with its place."},
                       {.name = "as", .doc = "The elements' name; by default the column's.", .may_be_empty = true},
                       {.name = "keep_empty",
                        .type = FieldType::boolean,
                        .doc = "Whether a row whose list is empty or null stays, with null.",
                        .default_text = "false"}}};
}

std::unique_ptr<Transformer> UnnestStep::from_config(const ConfigItem& step, Diagnostics&) {
    auto result = std::make_unique<UnnestStep>();
    result->from_ = reference(step.section, "from");
    result->column_ = {step.section.text("unnest"), step.section.location("unnest")};
    result->as_ = step.section.has("as") ? step.section.text("as") : result->column_.name;
    result->keep_empty_ = step.section.boolean("keep_empty");
    return result;
}

Node UnnestStep::node(const std::vector<RelationId>& relations) const {
    return UnnestNode{.input = relations.at(0), .column = column_, .as = as_, .keep_empty = keep_empty_};
}

}  // namespace sluice
