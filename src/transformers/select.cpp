#include "transformers/select.hpp"

#include <fmt/format.h>

#include <unordered_set>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

constexpr std::string_view kForm = "such as select: [user_id, {seconds: \"response_time / 1000\"}]";

void read_column(const Tree& item, const ConfigItem& step, std::vector<SelectColumn>& columns,
                 Diagnostics& diagnostics) {
    if (item.faulty()) return;
    if (item.is_scalar()) {
        columns.push_back({.name = item.text(), .expression = {}, .location = item.location()});
        return;
    }
    if (!item.is_map()) {
        diagnostics.add(item.location(),
                        fmt::format("an item of 'select' must be a column's name or {{name: expression}}, not {}",
                                    item.kind_name()),
                        {}, std::string(kForm));
        return;
    }
    for (const Tree::Entry& entry : item.entries()) {
        if (entry.value.faulty()) continue;
        const ColumnEntry named{{entry.key.text(), entry.key.location()}, &entry.value};
        if (auto column = computed_column(named, kForm, step, diagnostics)) columns.push_back(std::move(*column));
    }
}

}  // namespace

Schema SelectStep::schema() {
    return {.type = kType,
            .doc = "Which columns, under which names, and computed ones.",
            .fields = {
                {.name = "name", .doc = "The step's name.", .required = true},
                from_field(),
                {.name = "select",
                 .type = FieldType::any,
                 .doc = "A list of columns and of {name: expression}.",
                 .required = true,
                 .example = "[endpoint, {seconds: response_time / 1000}]",
                 .shape = R"({"type": "array", "minItems": 1, "items": {"anyOf": [{"$ref": "#/$defs/text_or_empty"},)"
                          R"( {"type": "object", "minProperties": 1, "maxProperties": 1,)"
                          R"( "additionalProperties": {"$ref": "#/$defs/text"}}]}})"}}};
}

std::unique_ptr<Transformer> SelectStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<SelectStep>();
    result->from_ = reference(step.section, "from");
    const Tree* select = step.section.node("select");
    if (select != nullptr && select->is_list()) {
        for (const Tree& item : select->items()) read_column(item, step, result->columns_, diagnostics);
        if (select->items().empty())
            diagnostics.add(select->location(), "'select' is an empty list", {}, std::string(kForm));
    } else if (select != nullptr) {
        read_column(*select, step, result->columns_, diagnostics);
    }
    std::unordered_set<std::string_view> seen;
    for (const SelectColumn& column : result->columns_) {
        if (seen.insert(column.name).second) continue;
        diagnostics.add(column.location, fmt::format("'select' gives column {} twice", in_quotes(column.name)), {},
                        "give one of them another name");
    }
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node SelectStep::node(const std::vector<RelationId>& relations) const {
    return SelectNode{.input = relations.at(0), .columns = columns_};
}

}  // namespace sluice
