#include "pipeline/leftovers.hpp"

#include <algorithm>

#include "pipeline/assembly.hpp"
#include "pipeline/partition_files.hpp"
#include "pipeline/run_settings.hpp"
#include "s3/s3_location.hpp"

namespace sluice {
namespace {

// What runs of the pipeline have published at an address. Of a partitioned output the ledger knows no single file.
std::vector<LeftoverRequest::File> published_at(const std::string& address, const std::string& pipeline,
                                                const std::vector<RunReport>& runs) {
    std::vector<LeftoverRequest::File> files;
    for (const RunReport& run : runs) {
        if (run.pipeline != pipeline) continue;
        for (const OutputReport& output : run.outputs) {
            const bool there = std::ranges::any_of(output.destinations, [&](std::size_t index) {
                return index < run.destinations.size() && run.destinations[index].published &&
                       run.destinations[index].address == address;
            });
            if (there && output.crc64nvme)
                files.push_back({.name = output.file, .bytes = output.bytes, .crc64nvme = *output.crc64nvme});
        }
    }
    return files;
}

}  // namespace

Result<std::vector<SweptBucket>> remove_leftovers(const RunOptions& options, const std::vector<RunReport>& runs,
                                                  bool dry_run, const StopFlag& stop) {
    TRY_ASSIGN(const Config config, load_run_config(options));
    TRY_ASSIGN(const Assembly assembly, assemble(config, {}));
    std::vector<SweptBucket> swept;
    for (std::size_t index = 0; index < assembly.destinations.size(); ++index) {
        const std::string& address = assembly.destination_reports[index].address;
        if (!is_s3_address(address)) continue;
        Destination& destination = *assembly.destinations[index].destination;
        TRY(destination.open({.base = options.base,
                              .identity = {.run = "prune", .pipeline = config.pipeline, .config_hash = config.hash},
                              .stop = &stop}));
        LeftoverRequest request{.published = published_at(address, config.pipeline, runs),
                                .is_named =
                                    [&](const std::string& file) {
                                        return std::ranges::any_of(
                                            assembly.plan.outputs, [&](const LogicalOutput& output) {
                                                return output.file == file || is_partition_file(output, file);
                                            });
                                    },
                                .dry_run = dry_run};
        auto left = destination.remove_leftovers(request);
        destination.abort();
        if (!left) return left.error().within("sweep " + address);
        swept.push_back({.address = address, .left = std::move(*left)});
    }
    return swept;
}

}  // namespace sluice
