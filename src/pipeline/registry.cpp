#include "pipeline/registry.hpp"

#include <algorithm>

#include "alerting/command_channel.hpp"
#include "alerting/email_channel.hpp"
#include "alerting/slack_channel.hpp"
#include "alerting/transfer.hpp"
#include "alerting/webhook_channel.hpp"
#include "engine/duckdb/syntax.hpp"
#include "extractors/command_extractor.hpp"
#include "extractors/file_extractor.hpp"
#include "formats/format_writer.hpp"
#include "loaders/local_destination.hpp"
#include "loaders/s3/s3_destination.hpp"
#include "quality/expectations/expectation_fields.hpp"
#include "quality/expectations/expectation_reading.hpp"
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

namespace sluice {

namespace {

template <typename Component>
ExtractorType extractor() {
    return {Component::kType, &Component::schema, &Component::from_config};
}

template <typename Component>
TransformerType transformer() {
    return {Component::kType, &Component::schema, &Component::from_config};
}

template <typename Component>
DestinationType destination(std::string_view address_field) {
    return {Component::kType, address_field, &Component::schema, &Component::from_config};
}

template <typename Component>
AlertType alert(std::string_view address_field) {
    return {Component::kType, address_field, &Component::schema, &Component::from_config};
}

template <typename Types>
const auto& entry_of(const Types& types, std::string_view type) {
    return *std::ranges::find_if(types, [&](const auto& entry) { return entry.type == type; });
}

template <typename Types>
std::vector<Schema> schemas_of(const Types& types) {
    std::vector<Schema> schemas;
    for (const auto& entry : types) schemas.push_back(entry.schema());
    return schemas;
}

template <typename Types>
std::vector<Schema> schemas_with_expectations(const Types& types) {
    std::vector<Schema> schemas = schemas_of(types);
    for (Schema& schema : schemas) schema.fields.push_back(expect_field());
    return schemas;
}

}  // namespace

const std::vector<ExtractorType>& extractor_types() {
    static const std::vector<ExtractorType> types{
        extractor<CommandExtractor>(),
        extractor<FileExtractor>(),
    };
    return types;
}

const std::vector<TransformerType>& transformer_types() {
    static const std::vector<TransformerType> types{
        transformer<CastStep>(), transformer<CountByStep>(), transformer<DedupeStep>(), transformer<DeriveStep>(),
        transformer<DropStep>(), transformer<FillStep>(),    transformer<FilterStep>(), transformer<GroupByStep>(),
        transformer<JoinStep>(), transformer<MaskStep>(),    transformer<RenameStep>(), transformer<SelectStep>(),
        transformer<SortStep>(), transformer<SqlStep>(),     transformer<UnionStep>(),  transformer<UnnestStep>(),
    };
    return types;
}

const std::vector<DestinationType>& destination_types() {
    static const std::vector<DestinationType> types{
        destination<LocalDestination>(""),
        destination<S3Destination>("bucket"),
    };
    return types;
}

const std::vector<AlertType>& alert_types() {
    static const std::vector<AlertType> types{
        alert<CommandChannel>("command"),
        alert<EmailChannel>("to"),
        alert<SlackChannel>("webhook"),
        alert<WebhookChannel>("url"),
    };
    return types;
}

ConfigSchemas config_schemas() {
    ConfigSchemas schemas;
    schemas.sources = schemas_with_expectations(extractor_types());
    schemas.transforms = schemas_with_expectations(transformer_types());
    schemas.destinations = schemas_of(destination_types());
    schemas.alerts = schemas_of(alert_types());
    for (const OutputFormat& format : output_formats()) schemas.formats.emplace_back(format.name, format.extension);
    for (const DestinationType& type : destination_types())
        if (!type.address_field.empty()) schemas.address_fields.emplace(type.type, type.address_field);
    for (const AlertType& type : alert_types()) schemas.address_fields.emplace(type.type, type.address_field);

    schemas.inputs_of_step = [](const ConfigItem& item) {
        Diagnostics ignored;  // check_transform shows these faults
        const auto step = entry_of(transformer_types(), item.type).from_config(item, ignored);
        return step ? step->inputs() : std::vector<LocatedText>{};
    };
    schemas.check_source = [](const ConfigItem& item, Diagnostics& faults) {
        (void)entry_of(extractor_types(), item.type).from_config(item, faults);
        (void)read_expectations(item, ExpectationOwner::source, faults);
    };
    schemas.check_transform = [](const ConfigItem& item, Diagnostics& faults) {
        (void)entry_of(transformer_types(), item.type).from_config(item, faults);
        (void)read_expectations(item, ExpectationOwner::step, faults);
    };
    schemas.check_destination = [](const DestinationItem& item, Diagnostics& faults) {
        (void)entry_of(destination_types(), item.type).from_config(item, faults);
    };
    schemas.check_alert = [](const AlertItem& item, Diagnostics& faults) {
        (void)entry_of(alert_types(), item.type).from_config(item, faults);
    };
    schemas.heartbeat_fault = [](const Secret& address) -> std::optional<std::string> {
        const auto parsed = parse_web_address(address);
        return parsed ? std::nullopt : std::optional(parsed.error().message);
    };
    schemas.sql = {.check_expression = expression_fault, .tables_of_sql = tables_of_sql};
    return schemas;
}

}  // namespace sluice
