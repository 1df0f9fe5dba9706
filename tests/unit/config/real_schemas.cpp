#include "unit/config/real_schemas.hpp"

#include <algorithm>
#include <array>

#include "transformers/cast.hpp"
#include "transformers/count_by.hpp"
#include "transformers/dedupe.hpp"
#include "transformers/derive.hpp"
#include "transformers/drop.hpp"
#include "transformers/fill.hpp"
#include "transformers/filter.hpp"
#include "transformers/group_by.hpp"
#include "transformers/join.hpp"
#include "transformers/mask.hpp"
#include "transformers/rename.hpp"
#include "transformers/select.hpp"
#include "transformers/sort.hpp"
#include "transformers/sql.hpp"
#include "transformers/union.hpp"
#include "transformers/unnest.hpp"

namespace sluice::test {
namespace {

struct StepType {
    std::string_view type;
    Schema (*schema)();
    std::unique_ptr<Transformer> (*from_config)(const ConfigItem&, Diagnostics&);
};

template <typename Step>
constexpr StepType step_type() {
    return {Step::kType, &Step::schema, &Step::from_config};
}

constexpr std::array kStepTypes{
    step_type<CastStep>(), step_type<CountByStep>(), step_type<DedupeStep>(), step_type<DeriveStep>(),
    step_type<DropStep>(), step_type<FillStep>(),    step_type<FilterStep>(), step_type<GroupByStep>(),
    step_type<JoinStep>(), step_type<MaskStep>(),    step_type<RenameStep>(), step_type<SelectStep>(),
    step_type<SortStep>(), step_type<SqlStep>(),     step_type<UnionStep>(),  step_type<UnnestStep>()};

std::unique_ptr<Transformer> make_step(const ConfigItem& step, Diagnostics& diagnostics) {
    return std::ranges::find(kStepTypes, step.type, &StepType::type)->from_config(step, diagnostics);
}

std::vector<LocatedText> inputs_of_step(const ConfigItem& step) {
    Diagnostics ignored;
    const auto transformer = make_step(step, ignored);
    return transformer ? transformer->inputs() : std::vector<LocatedText>{};
}

Field text_field(std::string_view name) { return {.name = name, .doc = "", .may_be_empty = true}; }

}  // namespace

ConfigSchemas real_schemas() {
    const Field name{.name = "name", .doc = "The name that others refer to."};
    const Field required_name{.name = "name", .doc = "The name that others refer to.", .required = true};
    const Field type{.name = "type", .doc = "What it is."};
    const Field format{.name = "format", .doc = "By default the one of the extension.", .choices = {"jsonl"}};
    const Field types{.name = "types", .type = FieldType::any, .doc = "Types of columns."};
    const Field expect{.name = "expect", .type = FieldType::any, .doc = "What is expected of the rows."};
    const Field path{
        .name = "path", .type = FieldType::text_list, .doc = "A file, a glob or a list.", .required = true};
    const Field command{
        .name = "command", .type = FieldType::text_list, .doc = "The program and its arguments.", .required = true};
    const Field environment{.name = "environment", .type = FieldType::secret_map, .doc = "Variables that are secret."};
    const Field folder{.name = "path", .doc = "A folder.", .default_text = "."};
    const Field durability{
        .name = "durability", .doc = "Whether files are synced.", .default_text = "full", .choices = {"full", "none"}};
    const Field retry{.name = "retry", .type = FieldType::section, .doc = "How requests are tried again."};

    ConfigSchemas schemas;
    schemas.sources = {{"command", "", {required_name, type, command, environment, format, types, expect}},
                       {"file", "", {required_name, type, path, format, types, expect}}};
    for (const StepType& step : kStepTypes) schemas.transforms.push_back(step.schema());
    schemas.destinations = {{"local", "", {name, type, folder, durability}},
                            {"s3",
                             "",
                             {name, type, text_field("bucket"), text_field("prefix"), text_field("endpoint"),
                              text_field("region"), text_field("profile"), retry}}};
    schemas.formats = {{"json", "json"}, {"json_object", "json"}, {"jsonl", "jsonl"}};
    schemas.address_fields = {{"s3", "bucket"}};
    schemas.inputs_of_step = inputs_of_step;
    schemas.check_transform = [](const ConfigItem& step, Diagnostics& diagnostics) {
        static_cast<void>(make_step(step, diagnostics));
    };
    return schemas;
}

}  // namespace sluice::test
