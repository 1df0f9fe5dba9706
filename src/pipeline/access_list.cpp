#include "pipeline/access_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/assembly.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/run_settings.hpp"
#include "pipeline/state_folder.hpp"

namespace sluice {

namespace {

void append(const std::vector<std::string>& more, std::vector<std::string>& all) {
    for (const std::string& one : more)
        if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

// The files that the patterns of a source match now, else the patterns.
std::vector<std::string> files_of(const Extractor& extractor, const Section& section,
                                  const std::filesystem::path& base) {
    std::vector<std::string> paths;
    for (const std::filesystem::path& path : extractor.files(base)) paths.push_back(path.lexically_normal().string());
    if (!paths.empty() || !extractor.program().empty()) return paths;
    for (const LocatedText& path : section.texts("path")) {
        paths.push_back(path.value == "-" ? std::string("standard input")
                                          : (base / path.value).lexically_normal().string());
    }
    return paths;
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
        std::ranges::move(access.hosts, std::back_inserter(list.hosts));
        if (!access.policy.empty())
            list.policies.push_back({assembly.destination_reports[index].address, std::move(access.policy)});
    }
    const std::filesystem::path ledger = state_folder(options, config) / "ledger.db";
    std::error_code ignored;
    const std::filesystem::path temporary =
        options.temp_dir ? *options.temp_dir : std::filesystem::temp_directory_path(ignored);
    append({ledger.lexically_normal().string(), (temporary / "sluice-RUN").string() + "/"}, list.writes);
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
