#include "pipeline/access_list.hpp"

#include <algorithm>

#include "alerting/transfer.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/kept_logs.hpp"
#include "pipeline/metrics_export.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/run_alerts.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/state_folder.hpp"
#include "s3/s3_location.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

void append(const std::vector<std::string>& more, std::vector<std::string>& all) {
    for (const std::string& one : more)
        if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

// Each once for each reason.
void add_hosts(std::vector<HostAccess> hosts, AccessList& list) {
    for (HostAccess& host : hosts) {
        const auto is_known = [&](const HostAccess& known) { return known.host == host.host && known.why == host.why; };
        if (std::ranges::none_of(list.hosts, is_known)) list.hosts.push_back(std::move(host));
    }
}

// The files that the patterns of a source match now, else the patterns.
std::vector<std::string> files_of(const Extractor& extractor, const Section& section,
                                  const std::filesystem::path& base) {
    std::vector<std::string> paths;
    for (const std::filesystem::path& path : extractor.files(base)) paths.push_back(path.lexically_normal().string());
    if (!paths.empty() || !extractor.program().empty()) return paths;
    for (const LocatedText& path : section.texts("path")) {
        if (is_s3_address(path.value)) continue;
        paths.push_back(path.value == "-" ? std::string("standard input")
                                          : (base / path.value).lexically_normal().string());
    }
    return paths;
}

Result<> add_remote(const Extractor& extractor, AccessList& list) {
    TRY_ASSIGN(RemoteAccess access, extractor.remote_access());
    append(access.addresses, list.reads);
    append(access.reads, list.reads);
    add_hosts(std::move(access.hosts), list);
    for (auto& [address, policy] : access.policies) list.policies.push_back({std::move(address), std::move(policy)});
    return {};
}

// None with --to, which tells nobody.
Result<> add_alerts(const RunOptions& options, const Config& config, AccessList& list) {
    if (options.to || options.dry_run) return {};
    TRY_ASSIGN(const auto alerts, ready_alerts(config));
    for (const ReadyAlert& alert : alerts) {
        add_hosts(alert.channel->hosts(), list);
        if (const std::string file = alert.channel->ca_file(); !file.empty())
            append({(options.base / file).lexically_normal().string()}, list.reads);
        if (!alert.channel->program().empty()) list.programs.push_back(alert.channel->program());
    }
    if (!alerts.empty())
        append({(state_folder(options, config) / "alerts").lexically_normal().string() + "/"}, list.writes);
    if (!config.heartbeat) return {};
    TRY_ASSIGN(const WebAddress address, parse_web_address(*config.heartbeat));
    add_hosts({{.host = address.host, .why = "the heartbeat of good runs"}}, list);
    return {};
}

}  // namespace

Result<AccessList> list_access(const RunOptions& options) {
    TRY_ASSIGN(const Config config, load_run_config(options));
    TRY_ASSIGN(const Assembly assembly, assemble(config, {options.only, options.to}));
    AccessList list;
    for (const std::filesystem::path& path : {config.path, config.overlay, options.config.env_file})
        if (!path.empty()) list.reads.push_back(path.lexically_normal().string());
    for (const std::filesystem::path& path : config.secret_files)
        append({path.lexically_normal().string()}, list.reads);
    for (std::size_t source = 0; source < assembly.extractors.size(); ++source) {
        const auto item = std::ranges::find(config.sources, assembly.plan.sources[source], &ConfigItem::name);
        const Extractor& extractor = *assembly.extractors[source];
        append(files_of(extractor, item->section, options.base), list.reads);
        TRY(add_remote(extractor, list));
        if (!extractor.program().empty()) list.programs.push_back(extractor.program());
    }
    for (std::size_t index = 0; index < assembly.destinations.size(); ++index) {
        std::vector<std::string> files;
        for (const LogicalOutput& output : assembly.plan.outputs)
            if (std::ranges::find(output.destinations, index) != output.destinations.end())
                files.push_back(file_pattern(output));
        TRY_ASSIGN(DestinationAccess access, assembly.destinations[index].destination->access(options.base, files));
        append(access.reads, list.reads);
        append(access.writes, list.writes);
        add_hosts(std::move(access.hosts), list);
        if (!access.policy.empty())
            list.policies.push_back({assembly.destination_reports[index].address, std::move(access.policy)});
    }
    TRY(add_alerts(options, config, list));
    const std::filesystem::path ledger = state_folder(options, config) / "ledger.db";
    std::error_code ignored;
    const std::filesystem::path temporary =
        options.temp_dir ? *options.temp_dir : std::filesystem::temp_directory_path(ignored);
    const std::filesystem::path log = kept_log(state_folder(options, config), "RUN");
    append({ledger.lexically_normal().string(), log.lexically_normal().string(),
            (temporary / "sluice-RUN").string() + "/"},
           list.writes);
    if (const auto metrics = metrics_file(options, config); !metrics.empty()) append({metrics.string()}, list.writes);
    return list;
}

std::string access_document(const AccessList& access) {
    using Json = nlohmann::ordered_json;
    Json json{{"reads", access.reads},
              {"programs", access.programs},
              {"writes", access.writes},
              {"hosts", Json::array()},
              {"policies", Json::array()}};
    for (const HostAccess& host : access.hosts) json["hosts"].push_back({{"host", host.host}, {"why", host.why}});
    for (const BucketPolicy& policy : access.policies)
        json["policies"].push_back({{"address", policy.address}, {"policy", Json::parse(policy.document)}});
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sluice
