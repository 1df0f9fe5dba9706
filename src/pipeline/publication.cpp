#include "pipeline/publication.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <thread>

#include "loaders/write_fault.hpp"

namespace sluice {

void RunInputs::add(const Extractor& extractor, const std::filesystem::path& base) {
    std::ranges::move(extractor.files(base), std::back_inserter(files));
    std::ranges::move(extractor.remote_inputs(), std::back_inserter(remote));
}

Publication::Publication(std::vector<AssembledDestination> destinations, const std::filesystem::path& temp_dir)
    : remote_staging_(temp_dir / "outputs") {
    for (AssembledDestination& one : destinations)
        targets_.push_back({.destination = std::move(one.destination), .required = one.required});
}

Publication::~Publication() { abort(); }

Result<> Publication::open(const DestinationContext& context) {
    if (targets_.empty())
        return config_error("no_destination",
                            "every destination is off: give one of them its address, or use --to DIR");
    stop_ = context.stop;
    for (Target& target : targets_) TRY(judge(target, target.destination->open(context)));
    return {};
}

// A stop, a fault of the config and one of ours end the run whatever they were found at.
Result<> Publication::judge(Target& target, const Result<>& done) {
    if (done) return {};
    const Error& error = done.error();
    if (target.required || (error.kind != ErrorKind::external && error.kind != ErrorKind::conflict)) return error;
    target.failure = error;
    target.destination->abort();
    return {};
}

Result<> Publication::keep_inputs(const LogicalOutput& output, const std::string& file, const RunInputs& inputs) const {
    const auto would_replace = [&](const std::string& input) {
        return config_error(
            "output_is_input",
            fmt::format("{}: output '{}' would replace '{}', which this run reads; give it another name "
                        "or another destination",
                        output.location.text(), file, input));
    };
    for (const std::size_t index : output.destinations) {
        const Destination& destination = *targets_[index].destination;
        if (const auto place = destination.place(file)) {
            const auto input = std::ranges::find(inputs.remote, *place, &RemoteInput::place);
            if (input != inputs.remote.end()) return would_replace(input->address);
        }
        const auto folder = destination.folder();
        if (!folder) continue;
        for (const std::filesystem::path& input : inputs.files) {
            std::error_code absent;  // a file that is not there is not replaced
            if (std::filesystem::equivalent(*folder / file, input, absent)) return would_replace(input.string());
        }
    }
    return {};
}

Result<> Publication::take_places(const LogicalOutput& output, const std::string& file) {
    const auto take = [&](const std::string& place, bool in_folders, const Destination& destination) -> Result<> {
        const auto fault = places_.take(place, in_folders, {&output, file, destination.address()});
        if (!fault) return {};
        return config_error("same_file",
                            fmt::format("{}: {}; {}", output.location.text(), *fault, OutputPlaces::kAdvice));
    };
    for (const std::size_t index : output.destinations) {
        const Destination& destination = *targets_[index].destination;
        if (const auto place = destination.place(file)) TRY(take(*place, false, destination));
        const auto folder = destination.folder();
        if (!folder) continue;
        // A link at the very name is replaced and not followed.
        const std::filesystem::path path = *folder / file;
        std::error_code unknown;
        const auto above = std::filesystem::weakly_canonical(path.parent_path(), unknown);
        TRY(take(((unknown ? path.parent_path() : above) / path.filename()).string(), true, destination));
    }
    return {};
}

Result<> Publication::take_places(const std::vector<LogicalOutput>& outputs) {
    for (const LogicalOutput& output : outputs)
        if (output.partition_by.empty()) TRY(take_places(output, output.file));
    return {};
}

// Outputs of one name go to different destinations, so no two are staged at one path. Where a run may go on without the
// destination, its folder is no place for what others need.
StagingPlace Publication::staging_of(const LogicalOutput& output, const std::string& file) const {
    StagingPlace place;
    place.sha256 = output.sha256 || std::ranges::any_of(output.destinations, [&](std::size_t index) {
                       return targets_[index].destination->wants_sha256();
                   });
    for (const std::size_t index : output.destinations) {
        const Target& target = targets_[index];
        if (!target.required) continue;
        const auto folder = target.destination->staging();
        if (!folder) continue;
        place.path = *folder / file;
        place.durable = target.destination->durable();
        return place;
    }
    const std::size_t remote = output.destinations.empty() ? 0 : output.destinations.front();
    place.path = remote_staging_ / std::to_string(remote) / file;
    return place;
}

Result<std::unique_ptr<OutputFile>> Publication::create(const LogicalOutput& output, const std::string& file) const {
    const StagingPlace place = staging_of(output, file);
    TRY_ASSIGN(auto made, OutputFile::create(place.path, place.durable));
    if (place.sha256) made->want_sha256(stop_);
    for (const std::size_t index : output.destinations) {
        if (targets_[index].failure) continue;
        if (auto growth = targets_[index].destination->follow(file, place.path)) made->tell(std::move(growth));
    }
    return made;
}

Result<StagingPlace> Publication::place(const LogicalOutput& output, const std::string& file) const {
    StagingPlace place = staging_of(output, file);
    std::error_code failure;
    std::filesystem::create_directories(place.path.parent_path(), failure);
    if (failure) return write_fault("make the folder", place.path.parent_path(), failure.value());
    return place;
}

std::vector<std::pair<std::string, std::vector<std::string>>> Publication::published_before(
    const LogicalOutput& output) const {
    std::vector<std::pair<std::string, std::vector<std::string>>> all;
    for (const std::size_t index : output.destinations) {
        const Target& target = targets_[index];
        if (!target.failure) all.emplace_back(target.destination->address(), target.destination->published_before());
    }
    return all;
}

Result<> Publication::add(const LogicalOutput& output, const std::string& file, const FileDigest& digest,
                          std::uint64_t rows, std::vector<OutputColumn> columns) {
    const StagedFile staged{.name = file,
                            .path = staging_of(output, file).path,
                            .rows = rows,
                            .bytes = digest.bytes,
                            .crc64nvme = digest.crc64nvme,
                            .sha256 = digest.sha256,
                            .columns = std::move(columns)};
    for (const std::size_t index : output.destinations) {
        Target& target = targets_[index];
        if (!target.failure) TRY(judge(target, target.destination->stage(staged)));
    }
    return {};
}

std::vector<Publication::Target*> Publication::targets(bool local) {
    std::vector<Target*> chosen;
    for (Target& target : targets_)
        if (!target.failure && target.destination->staging().has_value() == local) chosen.push_back(&target);
    return chosen;
}

Result<> Publication::at_once(const std::vector<Target*>& targets, Step step) {
    std::vector<Result<>> done(targets.size());
    const auto work = [&](std::size_t index) {
        Destination& destination = *targets[index]->destination;
        try {
            done[index] = step(destination);
        } catch (const std::exception& exception) {
            done[index] = internal_error(fmt::format("unexpected: {}", exception.what()));
        }
        if (!done[index]) done[index] = done[index].error().within("publish to " + destination.address());
    };
    {
        std::vector<std::jthread> threads;
        for (std::size_t index = 1; index < targets.size(); ++index) threads.emplace_back(work, index);
        if (!targets.empty()) work(0);
    }
    Result<> all;
    for (std::size_t index = 0; index < targets.size(); ++index)
        if (auto judged = judge(*targets[index], done[index]); !judged && all) all = judged;
    return all;
}

Result<> Publication::commit() {
    for (const bool local : {false, true})
        TRY(at_once(targets(local), [](Destination& destination) { return destination.prepare(); }));
    // From here on a stop is too late: what one destination shows the others show, too.
    if (stop_ != nullptr) TRY(stop_->check());
    for (const bool local : {false, true})
        TRY(at_once(targets(local), [](Destination& destination) { return destination.commit(); }));
    return {};
}

void Publication::abort() noexcept {
    for (const Target& target : targets_) target.destination->abort();
}

void Publication::conclude(RunReport& report) const {
    for (std::size_t index = 0; index < targets_.size(); ++index) {
        const Target& target = targets_[index];
        DestinationReport& line = report.destinations[index];
        line.published = target.destination->published();
        for (std::string& notice : target.destination->notices()) report.warnings.push_back(std::move(notice));
        if (!target.failure) continue;
        report.warnings.push_back(fmt::format("destination '{}' was left out, since it is not required: {}", line.name,
                                              target.failure->message));
    }
}

std::string Publication::standing() const {
    std::vector<std::string> changed;
    for (const Target& target : targets_)
        if (target.destination->published()) changed.push_back(target.destination->address());
    if (changed.empty()) return "nothing; readers still see what was there before this run";
    return fmt::format("this run is visible at {}; elsewhere readers still see what was there before",
                       fmt::join(changed, ", "));
}

}  // namespace sluice
