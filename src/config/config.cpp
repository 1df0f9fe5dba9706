#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/config_file.hpp"
#include "config/config_hash.hpp"
#include "config/document.hpp"
#include "config/items.hpp"
#include "config/loading.hpp"
#include "config/outputs.hpp"
#include "config/references.hpp"
#include "config/scalar_types.hpp"
#include "config/validation.hpp"
#include "rows/timestamp.hpp"

namespace sluice {
namespace {

void check_version(const Tree& root, Diagnostics& diagnostics) {
    const Tree* version = root.find("version");
    if (version == nullptr || !version->is_scalar() || version->faulty()) return;
    if (parse_integer(version->text()).value_or(1) == 1) return;  // no number at all is reported already
    diagnostics.add(version->location(), fmt::format("version {} is not known", in_quotes(version->text())), {},
                    "this program reads version: 1; for a newer one, install a newer sluice");
}

void check_count(const Tree& list, std::size_t most, std::string_view what, Diagnostics& diagnostics) {
    if (list.items().size() <= most) return;
    diagnostics.add(list.items()[most].location(), fmt::format("{} {} are too many", list.items().size(), what), {},
                    fmt::format("a config has at most {}: divide the pipeline", most));
}

// The items themselves are checked one by one later.
void check_lists(const Tree& root, Diagnostics& diagnostics) {
    for (const std::string_view key : {"data_sources", "transforms", "outputs", "destinations", "alerts"}) {
        const Tree* list = root.find(key);
        if (list == nullptr || list->is_null() || list->faulty()) continue;
        if (!list->is_list()) {
            diagnostics.add(list->location(), fmt::format("'{}' must be a list, not {}", key, list->kind_name()), {},
                            "each item starts with '- ' on a line of its own");
        } else if (list->items().empty() && key != "transforms" && key != "alerts") {
            diagnostics.add(list->location(), fmt::format("'{}' is an empty list", key), {},
                            "it needs at least one item");
        }
        if (key == "transforms") check_count(*list, kMostSteps, "steps", diagnostics);
        if (key == "destinations") check_count(*list, kMostDestinations, "destinations", diagnostics);
        if (key == "alerts") check_count(*list, kMostAlerts, "alerts", diagnostics);
    }
}

std::vector<ConfigItem> take_items(std::vector<ReadItem> read) {
    std::vector<ConfigItem> items;
    for (ReadItem& item : read) items.push_back(std::move(item.item));
    return items;
}

void check_components(const ConfigSchemas& schemas, const std::vector<ReadItem>& sources,
                      const std::vector<ReadItem>& transforms, Diagnostics& diagnostics) {
    for (const ReadItem& source : sources) {
        if (source.fits && schemas.check_source) schemas.check_source(source.item, diagnostics);
    }
    for (const ReadItem& step : transforms) {
        if (step.fits && schemas.check_transform) schemas.check_transform(step.item, diagnostics);
    }
}

void read_alerting(const Loading& loading, const Section& top, Config& config) {
    Diagnostics& diagnostics = loading.diagnostics;
    config.wording.language = top.text("language");
    config.wording.timezone = top.text("timezone");
    if (const auto zone = TimeZone::named(config.wording.timezone); top.has("timezone") && !zone)
        diagnostics.add(top.location("timezone"),
                        fmt::format("{} is not a time zone", in_quotes(config.wording.timezone)), {},
                        "a name of the IANA database, such as Asia/Jakarta or UTC");
    if (auto heartbeat = top.secret("heartbeat"); heartbeat && !heartbeat->reveal().empty()) {
        const auto& fault_of = loading.document->schemas.heartbeat_fault;
        if (const auto fault = fault_of ? fault_of(*heartbeat) : std::nullopt)
            diagnostics.add(top.location("heartbeat"), fmt::format("'heartbeat' is no address: {}", *fault), {},
                            "such as https://example.com/ping/${HEARTBEAT_ID}");
        config.heartbeat = std::move(heartbeat);
    }
    if (list_of(loading, "alerts").size() > kMostAlerts) return;
    config.alerts = read_alerts(loading, config.retry);
    Names names;
    names.add(loading, "alerts");
    names.check_unique("alerts", "give each a `name` (it defaults to `type`)", diagnostics);
}

// Checks everything that can be checked, and so finds every fault in one go.
Config read_config(const Loading& loading) {
    const Document& document = *loading.document;
    Diagnostics& diagnostics = loading.diagnostics;
    validate(document.root, top_fields(), "the config", diagnostics);
    check_version(document.root, diagnostics);
    check_lists(document.root, diagnostics);
    const Section top = SectionReader::make(loading.root(), document.root, top_fields());

    Config config;
    config.pipeline = top.text("pipeline");
    config.state = top.text("state");
    if (top.has("history")) config.history = top.duration("history");
    if (const auto retry = top.section("retry")) config.retry = read_retry(*retry, {});
    read_alerting(loading, top, config);
    if (const auto metrics = top.section("metrics")) config.metrics.textfile = metrics->text("textfile");
    if (top.text("missing_columns") == "fail") config.missing_columns = MissingColumns::fail;
    std::vector<ReadItem> sources = read_sources(loading);
    // Every output has a place at each destination, and the plan follows the steps' references by recursion.
    if (list_of(loading, "destinations").size() > kMostDestinations ||
        list_of(loading, "transforms").size() > kMostSteps)
        return config;
    std::vector<ReadItem> transforms = read_transforms(loading);
    config.destinations = read_destinations(loading, config.retry);
    const Names relations = relation_names(loading);
    relations.check_unique("sources or steps", "give one another name", diagnostics);
    Names destinations;
    destinations.add(loading, "destinations");
    destinations.check_unique("destinations", "give each a `name` (it defaults to `type`)", diagnostics);
    check_components(document.schemas, sources, transforms, diagnostics);
    check_steps(loading, relations, transforms);
    config.outputs = read_outputs(loading, relations, destinations, config.destinations);
    config.sources = take_items(std::move(sources));
    config.transforms = take_items(std::move(transforms));
    return config;
}

// Takes the secrets of the tree out, and finds texts from ${file:...} that are none.
class SecretSearch {
public:
    explicit SecretSearch(Diagnostics& diagnostics) : diagnostics_(diagnostics) {
        for (const SecretPlace& secret : diagnostics.secrets()) places_.insert(secret.start);
    }

    void search(const Tree& node, Config& config) {
        if (node.is_scalar()) {
            if (!places_.empty() && places_.contains(node.location())) {
                config.secrets.emplace_back(node.text());
                if (node.holds_file()) add_files(node.written(), config.secret_files);
            } else if (node.holds_file()) {
                diagnostics_.add(node.location(), "${file:...} stands in what is no secret", {},
                                 "only secrets are read from files, such as the `environment` of a command; for other "
                                 "values use a variable");
            }
        }
        for (const Tree& item : node.items()) search(item, config);
        for (const Tree::Entry& entry : node.entries()) search(entry.value, config);
    }

private:
    static void add_files(std::string_view written, std::vector<std::filesystem::path>& files) {
        constexpr std::string_view kStart = "${file:";
        for (std::size_t at = written.find(kStart); at != std::string_view::npos; at = written.find(kStart, at + 1)) {
            const std::size_t begin = at + kStart.size();
            std::size_t end = begin;  // of the path, which may hold variables itself: they stay as written
            for (int open = 1; end < written.size(); ++end) {
                if (written[end] == '{') ++open;
                if (written[end] == '}' && --open == 0) break;
            }
            files.emplace_back(written.substr(begin, end - begin));
        }
    }

    Diagnostics& diagnostics_;
    std::set<Location> places_;
};

}  // namespace

namespace {

Field share_field(std::string_view name, std::string_view doc, std::string_view example) {
    return {.name = name,
            .type = FieldType::any,
            .doc = doc,
            .example = example,
            .shape = R"({"anyOf": [{"type": "string", "pattern": "^[0-9]+([.][0-9]{1,4})?%$"},)"
                     R"( {"$ref": "#/$defs/variable"}]})"};
}

std::vector<Field> usual_fields() {
    return {{.name = "runs",
             .type = FieldType::integer,
             .doc = "How many of the last good runs are looked at.",
             .default_text = "10",
             .least = 3,
             .most = 1000},
            share_field("rows", "How far the rows of each source and output may be from their median.", "50%"),
            share_field("bytes", "The same of their bytes.", "50%"),
            share_field("duration", "By how much the run may last longer than the median.", "100%"),
            share_field("failing",
                        "How many points the share of rows at fault of each expectation, such as the nulls of a "
                        "null_rate, may be from its median.",
                        "2%")};
}

}  // namespace

const std::vector<Field>& top_fields() {
    static const std::vector<Field> kFields{
        {.name = "version",
         .type = FieldType::integer,
         .doc = "The version of this form of config: 1.",
         .required = true},
        {.name = "pipeline",
         .doc = "The pipeline's name, as manifests and runs name it.",
         .required = true,
         .details = "A folder with the manifest of another pipeline is not written to (exit code 5).",
         .example = "user_activity_reports"},
        {.name = "env",
         .doc = "The environment when neither --env nor SLUICE_ENV names one.",
         .details = "Its overlay `<stem>_<env>.yaml` lies beside this file. Literal: no variables.",
         .example = "dev"},
        {.name = "params",
         .type = FieldType::any,
         .doc = "Values that a run is given with --param, used as ${param.NAME}.",
         .example = "{date: {type: date, default: yesterday}}"},
        {.name = "data_sources", .type = FieldType::any, .doc = "A list of sources: what is read.", .required = true},
        {.name = "transforms", .type = FieldType::any, .doc = "A list of steps: what is computed."},
        {.name = "outputs", .type = FieldType::any, .doc = "A list of outputs: what is written.", .required = true},
        {.name = "destinations",
         .type = FieldType::any,
         .doc = "A list of destinations: where it is written.",
         .required = true},
        {.name = "alerts",
         .type = FieldType::any,
         .doc = "A list of alerts: who is told when a run fails, recovers, or finds something to look at."},
        {.name = "heartbeat",
         .type = FieldType::secret,
         .doc = "An address (http or https) that is asked at the end of each good run, so that its silence is noticed.",
         .may_be_empty = true,
         .details = "What asks for it finds out that no run took place at all, which no alert can tell.",
         .example = "https://example.com/ping/${HEARTBEAT_ID}"},
        {.name = "language",
         .doc = "The language of alerts and reports.",
         .default_text = "en",
         .choices = {"en", "id"},
         .details = "`en`: English; `id`: Indonesian. What went wrong is quoted in English, as it is printed."},
        {.name = "timezone",
         .doc = "The time zone of times in alerts and reports: a name of the IANA database.",
         .default_text = "UTC",
         .example = "Asia/Jakarta"},
        {.name = "expectations",
         .type = FieldType::section,
         .doc = "What holds for all expectations.",
         .fields = {{.name = "severity",
                     .doc = "What is done when one that does not say it itself is not met: the run is refused, or it "
                            "goes on with a warning.",
                     .default_text = "fail",
                     .choices = {"fail", "warn"}},
                    {.name = "usual",
                     .type = FieldType::section,
                     .doc = "Warns of a run that is far from the median of the last good ones of its pipeline.",
                     .fields = usual_fields(),
                     .details = "With fewer than three of them nothing is compared."}}},
        {.name = "missing_columns",
         .doc = "What is done about a column that does not exist, where that is no fault.",
         .default_text = "warn",
         .choices = {"warn", "fail"},
         .details = "`warn`: an empty result or nulls, and a warning; `fail`: the run is refused (exit code 3)."},
        {.name = "metrics",
         .type = FieldType::section,
         .doc = "Where each run leaves its metrics for Prometheus.",
         .fields = {{.name = "textfile",
                     .doc = "A file that ends in `.prom`, or the folder of node exporter's textfile collector.",
                     .required = true,
                     .may_be_empty = true,
                     .details = "In a folder the file is `sluice_PIPELINE.prom`, with an environment "
                                "`sluice_PIPELINE_ENVIRONMENT.prom`. The folder must be there. Empty: none is written.",
                     .example = "/var/lib/prometheus/node-exporter"}}},
        {.name = "history",
         .type = FieldType::duration,
         .doc = "How long runs are kept in the ledger, with the rows that they rejected.",
         .details =
             "At its end a run removes those that began earlier. Without it all are kept, and `sluice runs prune` "
             "removes them. Resuming a range of days looks only at what is kept.",
         .example = "90d"},
        {.name = "state",
         .doc = "The folder that stands for `.sluice`: the ledger of runs, rejected rows, the columns of the last run.",
         .details =
             "Made if it is absent. Relative to the folder that the config's paths start from. Files on their "
             "way to a local destination lie in `.sluice` there all the same, since publishing is a rename. With "
             "--to DIR the folder is `DIR/.sluice` whatever stands here.",
         .example = "/var/lib/sluice/user_activity_reports"},
        {.name = "retry",
         .type = FieldType::section,
         .doc = "How requests to other systems are tried again.",
         .fields = retry_fields()}};
    return kFields;
}

Result<Config> load_config(const ConfigRequest& request, const ConfigSchemas& schemas) {
    TRY_ASSIGN(ConfigFile file, read_config_file(request.path));
    const std::filesystem::path path = file.path;
    Diagnostics diagnostics;
    auto read = read_document(request, std::move(file), diagnostics);
    if (!read) return diagnostics.to_error();

    const auto document =
        std::make_shared<const Document>(Document{.root = std::move(read->root),
                                                  .schemas = complete_schemas(schemas),
                                                  .sql = std::make_shared<const SqlHooks>(schemas.sql)});
    const Loading loading{document, diagnostics};
    Config config = read_config(loading);
    SecretSearch(diagnostics).search(document->root, config);
    if (!diagnostics.empty()) return diagnostics.to_error();
    config.path = path;
    config.environment = std::move(read->environment);
    config.overlay = std::move(read->overlay);
    config.params = std::move(read->params);
    config.dates = std::move(read->dates);
    config.warnings = diagnostics.warnings();
    for (const SecretPlace& secret : diagnostics.secrets()) config.secret_places.push_back(secret.start);
    config.root = loading.root();
    TRY_ASSIGN(config.hash, config_hash(read->symbolic, diagnostics.secrets()));
    return config;
}

}  // namespace sluice
