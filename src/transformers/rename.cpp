#include "transformers/rename.hpp"

#include <fmt/format.h>

#include <set>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {

Schema RenameStep::schema() {
    static const std::string kShape = column_map_shape(R"({"$ref": "#/$defs/text_or_empty"})");
    return {.type = kType,
            .doc = "Other names for columns, which stay in their places.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       from_field(),
                       {.name = "rename",
                        .type = FieldType::any,
                        .doc = "A map from columns to their new names.",
                        .required = true,
                        .details = "Two columns may change names: {a: b, b: a}.",
                        .example = "{uid: user_id}",
                        .shape = kShape}}};
}

std::unique_ptr<Transformer> RenameStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    constexpr std::string_view kForm = "such as rename: {uid: user_id}";
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<RenameStep>();
    result->from_ = reference(step.section, "from");
    std::set<std::string_view> given;
    for (const ColumnEntry& entry : column_entries(step.section, kType, kForm, diagnostics)) {
        const Tree& to = *entry.value;
        if (!to.is_scalar()) {
            diagnostics.add(to.is_null() ? entry.column.location : to.location(),
                            fmt::format("column {} needs a new name", in_quotes(entry.column.name)), {},
                            std::string(kForm));
            continue;
        }
        if (!given.insert(to.text()).second)
            diagnostics.add(to.location(), fmt::format("'rename' gives the name {} twice", in_quotes(to.text())));
        result->columns_.push_back({entry.column, to.text(), to.location()});
    }
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node RenameStep::node(const std::vector<RelationId>& relations) const {
    return RenameNode{.input = relations.at(0), .columns = columns_};
}

}  // namespace sluice
