#include "pipeline/publication.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sluice {

Publication::Publication(std::vector<std::unique_ptr<Destination>> destinations, const std::filesystem::path& temp_dir)
    : destinations_(std::move(destinations)), remote_staging_(temp_dir / "outputs") {}

Publication::~Publication() { abort(); }

Result<> Publication::open(const DestinationContext& context) {
    if (destinations_.empty())
        return config_error("no_destination",
                            "every destination is off: give one of them its address, or use --to DIR");
    for (const auto& destination : destinations_) TRY(destination->open(context));
    return {};
}

Result<> Publication::keep_inputs(const LogicalOutput& output, const std::vector<std::filesystem::path>& inputs) const {
    for (const std::size_t index : output.destinations) {
        const auto folder = destinations_[index]->folder();
        if (!folder) continue;
        const std::filesystem::path target = *folder / output.file;
        for (const std::filesystem::path& input : inputs) {
            std::error_code absent;  // a file that is not there is not replaced
            if (!std::filesystem::equivalent(target, input, absent)) continue;
            return config_error("output_is_input",
                                fmt::format("{}: output '{}' would replace '{}', which this run reads; give it another "
                                            "name or another destination",
                                            output.location.text(), output.file, input.string()));
        }
    }
    return {};
}

// Outputs of one name go to different destinations, so no two are staged at one path.
Publication::StagingPlace Publication::staging_of(const LogicalOutput& output) const {
    for (const std::size_t index : output.destinations) {
        if (const auto folder = destinations_[index]->staging())
            return {.path = *folder / output.file, .durable = destinations_[index]->durable()};
    }
    const std::size_t remote = output.destinations.empty() ? 0 : output.destinations.front();
    return {.path = remote_staging_ / std::to_string(remote) / output.file, .durable = false};
}

Result<std::unique_ptr<OutputFile>> Publication::create(const LogicalOutput& output) const {
    const StagingPlace place = staging_of(output);
    return OutputFile::create(place.path, place.durable);
}

Result<> Publication::add(const LogicalOutput& output, const FileDigest& digest, std::uint64_t rows,
                          std::vector<OutputColumn> columns) {
    const StagedFile file{.name = output.file,
                          .path = staging_of(output).path,
                          .rows = rows,
                          .bytes = digest.bytes,
                          .crc64nvme = digest.crc64nvme,
                          .columns = std::move(columns)};
    for (const std::size_t destination : output.destinations) TRY(destinations_[destination]->stage(file));
    return {};
}

Result<> Publication::commit() {
    for (const auto& destination : destinations_) {
        if (auto prepared = destination->prepare(); !prepared)
            return prepared.error().within("publish to " + destination->address());
    }
    // Remote ones first: they read the staged files, which a local commit renames, and they are likelier to fail.
    for (const bool local : {false, true}) {
        for (const auto& destination : destinations_) {
            if (destination->staging().has_value() != local) continue;
            if (auto committed = destination->commit(); !committed)
                return committed.error().within("publish to " + destination->address());
        }
    }
    return {};
}

void Publication::abort() noexcept {
    for (const auto& destination : destinations_) destination->abort();
}

void Publication::conclude(RunReport& report) const {
    for (std::size_t index = 0; index < destinations_.size(); ++index) {
        report.destinations[index].published = destinations_[index]->published();
        for (std::string& notice : destinations_[index]->notices()) report.warnings.push_back(std::move(notice));
    }
}

std::string Publication::standing() const {
    std::vector<std::string> changed;
    for (const auto& destination : destinations_)
        if (destination->published()) changed.push_back(destination->address());
    if (changed.empty()) return "nothing; readers still see what was there before this run";
    return fmt::format("this run is visible at {}; elsewhere readers still see what was there before",
                       fmt::join(changed, ", "));
}

}  // namespace sluice
