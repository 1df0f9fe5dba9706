// The whole config after loading: validated, typed, every value with its place. From here on nothing reads YAML.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/location.hpp"
#include "config/schema.hpp"
#include "config/section.hpp"
#include "utils/compression.hpp"
#include "utils/result.hpp"

namespace sluice {

// `retry:`, at the top or in a destination.
struct RetrySpec {
    int attempts = 5;
    std::chrono::milliseconds max_delay{10'000};
    std::chrono::milliseconds deadline{60'000};
};

// `metrics:`
struct MetricsSpec {
    std::string textfile;  // a file, if it ends in .prom, else a folder; "": none is written
};

// How the user's SQL is read before there is data: DuckDB's parser, given from above. An empty function checks nothing.
struct SqlHooks {
    // What is wrong with an expression's syntax, if anything.
    std::function<std::optional<std::string>(const std::string& expression)> check_expression;
    // The tables that a statement reads from, without its own WITH names; fails when it does not parse.
    std::function<Result<std::vector<std::string>>(const std::string& sql)> tables_of_sql;
};

// One item of data_sources, transforms, outputs, destinations or alerts.
struct ConfigItem {
    std::string name;
    Location name_location;
    std::string type;  // the registered component: "file", "command"; "join", "count_by", ...; "local", "s3"
    Section section;   // validated against that component's schema
    std::shared_ptr<const SqlHooks> sql;  // never null in an item that load_config made
};

struct OutputSpec {
    std::string name;
    LocatedText from;
    LocatedText file;    // checked: below its destination
    LocatedText format;  // checked: a name that the caller's list allows
    std::string timestamps = "iso";
    std::string durations = "text";
    bool crlf = false;  // of csv and tsv
    CompressionChoice compression;
    bool sha256 = false;                    // `checksum: sha256`
    std::vector<LocatedText> partition_by;  // columns
    std::size_t max_partitions = 1000;
    std::vector<std::size_t> destinations;  // indices into Config::destinations
    Location location;
};

// One of destinations or alerts.
struct AddressedItem : ConfigItem {
    bool on = true;          // off when its address is empty
    std::string off_reason;  // "bucket is empty"
    RetrySpec retry;
};
struct DestinationItem : AddressedItem {};
struct AlertItem : AddressedItem {};

// How messages and reports for people are written.
struct Wording {
    std::string language = "en";   // or "id"
    std::string timezone = "UTC";  // an IANA name that is known
};

// What a step does about a column that its input does not have, where the contract allows it to go on.
enum class MissingColumns { warn, fail };

struct ParamValue {
    std::string name;
    std::string value;
};

// The days that `--param date=FROM..TO` stands for.
struct ParamDates {
    std::string param;
    std::vector<std::string> days;  // YYYY-MM-DD, in order, at least one
};

struct Config {
    std::filesystem::path path;  // of the file read
    std::string environment;     // "" without one
    std::filesystem::path overlay;
    // SHA-256 (hex) of the effective config, what the manifest names. Values of params and of secrets are no part of
    // it: the days of a report have one hash.
    std::string hash;
    std::vector<ParamValue> params;   // in the order of the config
    std::optional<ParamDates> dates;  // the range of the request; `params` has its first day
    MissingColumns missing_columns = MissingColumns::warn;
    std::vector<std::string> warnings;  // located, as the faults would be
    std::vector<Location> secret_places;
    std::vector<Secret> secrets;                      // for masking what others say
    std::vector<std::filesystem::path> secret_files;  // those that ${file:...} names
    std::shared_ptr<const Tree> root;                 // with overlay and --set, after variables were replaced
    std::string pipeline;
    std::filesystem::path state;                       // what stands for `.sluice`; "": that
    std::optional<std::chrono::milliseconds> history;  // how long runs are kept; nothing: for ever
    std::vector<ConfigItem> sources;
    std::vector<ConfigItem> transforms;
    std::vector<OutputSpec> outputs;
    std::vector<DestinationItem> destinations;
    std::vector<AlertItem> alerts;
    std::optional<Secret> heartbeat;  // the address that is asked after a good run; never empty
    Wording wording;
    RetrySpec retry;
    MetricsSpec metrics;
};

// What the loader knows of the components, from pipeline/registry: it does not depend on them.
struct ConfigSchemas {
    std::vector<Schema> sources;                               // chosen by `type`, default "file"
    std::vector<Schema> transforms;                            // chosen by which type's name is a key of the map
    std::vector<Schema> destinations;                          // chosen by `type`
    std::vector<Schema> alerts;                                // chosen by `type`
    std::vector<std::pair<std::string, std::string>> formats;  // name, extension
    // The field whose emptiness switches a destination or alert of this type off ("bucket"); none: always on.
    std::map<std::string, std::string, std::less<>> address_fields;
    // The references of a step to its inputs, from its section; they are checked for unknown names and cycles.
    std::function<std::vector<LocatedText>(const ConfigItem&)> inputs_of_step;
    SqlHooks sql;  // what expressions and SQL are checked with
    // What the component itself finds at fault in an item that fits its schema (a bad aggregate, an unknown time zone).
    // Called for each item, so that these faults are shown together with all others; may be empty.
    std::function<void(const ConfigItem&, Diagnostics&)> check_source;
    std::function<void(const ConfigItem&, Diagnostics&)> check_transform;
    std::function<void(const DestinationItem&, Diagnostics&)> check_destination;
    std::function<void(const AlertItem&, Diagnostics&)> check_alert;
    // What is wrong with the address of `heartbeat`, if anything; the text must not repeat it.
    std::function<std::optional<std::string>(const Secret&)> heartbeat_fault;
};

struct ConfigRequest {
    // Empty: config/config.yaml, else config/config.json, in the working directory (both: an error).
    std::optional<std::filesystem::path> path;
    std::vector<std::string> set;                                               // "path=value", of --set
    std::function<std::optional<std::string>(const std::string&)> environment;  // looks up a variable
    std::optional<std::string> env = {};   // --env; else SLUICE_ENV, else the config's own `env`
    std::vector<std::string> params = {};  // "name=value", of --param
    bool date_ranges = false;              // whether a value of --param may be FROM..TO
    std::filesystem::path env_file = {};   // variables that the environment lacks; may be absent; empty: none
    // What `today` is, the same for everything that one invocation does.
    std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
};

// The fields of the top level.
[[nodiscard]] const std::vector<Field>& top_fields();

// All faults in one Error (kind config), those of the overlay and of the variables' file too.
[[nodiscard]] Result<Config> load_config(const ConfigRequest& request, const ConfigSchemas& schemas);

}  // namespace sluice
