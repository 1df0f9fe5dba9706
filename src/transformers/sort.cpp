#include "transformers/sort.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {

Schema SortStep::schema() {
    return {.type = kType,
            .doc = "Rows in the order of some columns; rows that are equal in them stay in their order.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "sort",
                        .type = FieldType::text_list,
                        .doc = "A column or a list; -column for descending.",
                        .required = true,
                        .may_be_empty = true,
                        .details = "Equal rows stay in their order."}}};
}

std::unique_ptr<Transformer> SortStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<SortStep>();
    result->from_ = reference(step.section, "from");
    std::unordered_set<std::string> seen;
    for (const LocatedText& text : step.section.texts("sort")) {
        const bool descending = text.value.starts_with('-');
        SortKey key{
            .column = text.value.substr(descending ? 1 : 0), .descending = descending, .location = text.location};
        if (!seen.insert(key.column).second) {
            diagnostics.add(text.location, fmt::format("'sort' names column {} twice", in_quotes(key.column)));
        }
        result->keys_.push_back(std::move(key));
    }
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node SortStep::node(const std::vector<RelationId>& relations) const {
    return SortNode{.input = relations.at(0), .keys = keys_};
}

}  // namespace sluice
