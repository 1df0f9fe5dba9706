#include "transformers/cast.hpp"

#include "config/column_types.hpp"
#include "config/tree.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {

Schema CastStep::schema() {
    static const std::string kShape = column_types_shape("");
    return {
        .type = kType,
        .doc = "Values of other types.",
        .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                   from_field(),
                   {.name = "cast",
                    .type = FieldType::any,
                    .doc = "A map from columns to types, as in `types:` of a source.",
                    .required = true,
                    .details = "`text`, `integer`, `number`, `boolean`, `timestamp`, `timestamp_ns`. See below.",
                    .example = "{price: number, created_at: timestamp}",
                    .shape = kShape},
                   {.name = "on_type_error",
                    .doc = "What becomes of a value that is none of the type: the run stops there, or it becomes "
                           "null with a warning.",
                    .default_text = "fail",
                    .choices = {"fail", "null"},
                    .details = "In an overlay and with --set, where null removes, `\"null\"` in quotes. `types:` of "
                               "the source is what puts bad rows into quarantine."}}};
}

std::unique_ptr<Transformer> CastStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    constexpr std::string_view kForm = "such as cast: {price: number, created_at: timestamp}";
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<CastStep>();
    result->from_ = reference(step.section, "from");
    for (const ColumnEntry& entry : column_entries(step.section, kType, kForm, diagnostics)) {
        auto type = read_column_type(*entry.value, entry.column.name, diagnostics);
        if (!type) continue;
        type->place = entry.column.location.text();
        result->columns_.push_back({entry.column, std::move(*type)});
    }
    result->null_on_error_ = step.section.text("on_type_error") == "null" || step.section.says_null("on_type_error");
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node CastStep::node(const std::vector<RelationId>& relations) const {
    return CastNode{.input = relations.at(0), .columns = columns_, .null_on_error = null_on_error_};
}

}  // namespace sluice
