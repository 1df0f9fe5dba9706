#include "transformers/filter.hpp"

#include "transformers/step_reading.hpp"

namespace sluice {

Schema FilterStep::schema() {
    return {.type = kType,
            .doc = "The rows for which a condition holds.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "filter", .doc = "A condition in SQL, such as status_code >= 400.", .required = true}}};
}

std::unique_ptr<Transformer> FilterStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<FilterStep>();
    result->from_ = reference(step.section, "from");
    result->condition_ = {step.section.text("filter"), step.section.location("filter")};
    if (!result->condition_.text.empty()) check_expression(result->condition_, step, diagnostics);
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node FilterStep::node(const std::vector<RelationId>& relations) const {
    return FilterNode{.input = relations.at(0), .condition = condition_};
}

}  // namespace sluice
