#include "transformers/dedupe.hpp"

#include "transformers/step_reading.hpp"

namespace sluice {

Schema DedupeStep::schema() {
    return {.type = kType,
            .doc = "One row of those that are equal in some columns.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "dedupe",
                        .type = FieldType::text_list,
                        .doc = "The column by which rows are equal, or a list.",
                        .required = true,
                        .may_be_empty = true,
                        .details = "Values are equal as they are in a join: 1 and 1.0 are, 1 and \"1\" are not. A row "
                                   "with null in one of them equals no other, so it stays."},
                       {.name = "keep",
                        .doc = "Which of them stays, in its place.",
                        .default_text = "first",
                        .choices = {"first", "last"}}}};
}

std::unique_ptr<Transformer> DedupeStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<DedupeStep>();
    result->from_ = reference(step.section, "from");
    result->keys_ = named_columns(step.section.texts("dedupe"), kType, diagnostics);
    result->keep_last_ = step.section.text("keep") == "last";
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node DedupeStep::node(const std::vector<RelationId>& relations) const {
    return DedupeNode{.input = relations.at(0), .keys = keys_, .keep_last = keep_last_};
}

}  // namespace sluice
