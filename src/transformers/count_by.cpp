#include "transformers/count_by.hpp"

#include <fmt/format.h>

#include "transformers/step_reading.hpp"

namespace sluice {

Schema CountByStep::schema() {
    return {.type = kType,
            .doc = "How many rows each key has; most frequent first, ties by key.",
            .fields = {
                {.name = "name", .doc = "The step's name.", .required = true},
                from_field(),
                {.name = "count_by",
                 .type = FieldType::text_list,
                 .doc = "The column that is counted, or a list.",
                 .required = true,
                 .may_be_empty = true,
                 .details = "The result has the keys and `count`; most frequent first, ties by key. Rows with a null "
                            "key are left out."}}};
}

std::unique_ptr<Transformer> CountByStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<CountByStep>();
    result->from_ = reference(step.section, "from");
    auto [names, locations] = column_names(step.section.texts("count_by"), kType, diagnostics);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] != "count") continue;
        diagnostics.add(locations[i], "the key 'count' would have the name of the column with the counts", {},
                        "rename it in a select step before, such as select: [{kind: '\"count\"'}]");
    }
    result->keys_ = std::move(names);
    result->key_locations_ = std::move(locations);
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node CountByStep::node(const std::vector<RelationId>& relations) const {
    return CountByNode{.input = relations.at(0), .keys = keys_, .key_locations = key_locations_};
}

}  // namespace sluice
