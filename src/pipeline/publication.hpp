// Holds a run's outputs back until all of them are finished: opens the destinations, gives the files to write to, hands
// finished files to every destination that wants them, commits or aborts them together.
//
// Order of calls: open(); take_places(), create() and add() for each output; commit(). From one thread. Its destructor
// aborts.
//
// commit(): all destinations prepare; then the remote ones commit, which are likelier to fail; then the local ones.
// Those of a step work at the same time. A destination that is not required and fails is left out from then on.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "extractors/extractor.hpp"
#include "loaders/destination.hpp"
#include "loaders/output_file.hpp"
#include "monitoring/report.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/output_places.hpp"
#include "plan/logical.hpp"

namespace sluice {

// What a run reads.
struct RunInputs {
    std::vector<std::filesystem::path> files;
    std::vector<RemoteInput> remote;

    // Those of one more source, with paths relative to `base`.
    void add(const Extractor& extractor, const std::filesystem::path& base);
};

// Where a file is written.
struct StagingPlace {
    std::filesystem::path path;
    bool durable = false;  // whether the file must be synced there
    bool sha256 = false;   // whether somebody wants its SHA-256
};

class Publication {
public:
    // Takes over the destinations. `temp_dir` is where files are written that go to remote destinations only.
    Publication(std::vector<AssembledDestination> destinations, const std::filesystem::path& temp_dir);
    ~Publication();
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;

    // Opens all destinations. From then on no other run can write to them.
    [[nodiscard]] Result<> open(const DestinationContext& context);
    // Fails (kind config) when publishing `file` of `output` would replace one of `inputs`: the run would destroy its
    // own source.
    [[nodiscard]] Result<> keep_inputs(const LogicalOutput& output, const std::string& file,
                                       const RunInputs& inputs) const;
    // Notes that `file` of `output` is to be written. Fails (kind config) when another output has its place, or needs
    // it as a folder. Once for each file, before it is written.
    [[nodiscard]] Result<> take_places(const LogicalOutput& output, const std::string& file);
    // Of all whose files are known before their rows.
    [[nodiscard]] Result<> take_places(const std::vector<LogicalOutput>& outputs);
    // The files in the manifests of the output's destinations, each with the address.
    [[nodiscard]] std::vector<std::pair<std::string, std::vector<std::string>>> published_before(
        const LogicalOutput& output) const;
    // A new staged file for the output, in the staging folder of its first local destination that is required. `file`
    // is the output's, or one of its partitions.
    [[nodiscard]] Result<std::unique_ptr<OutputFile>> create(const LogicalOutput& output,
                                                             const std::string& file) const;
    // Where a file that another library makes is to be written; its folder is there.
    [[nodiscard]] Result<StagingPlace> place(const LogicalOutput& output, const std::string& file) const;
    // Hands the finished file to the output's destinations.
    [[nodiscard]] Result<> add(const LogicalOutput& output, const std::string& file, const FileDigest& digest,
                               std::uint64_t rows, std::vector<OutputColumn> columns);
    [[nodiscard]] Result<> commit();
    void abort() noexcept;

    // Notes which destinations readers see this run at, which failed, and what they warn of; the report's destinations
    // begin with these in their order.
    void conclude(RunReport& report) const;
    // What readers see now, as a sentence for the message after a failure.
    [[nodiscard]] std::string standing() const;

private:
    [[nodiscard]] StagingPlace staging_of(const LogicalOutput& output, const std::string& file) const;

    struct Target {
        std::unique_ptr<Destination> destination;
        bool required = true;
        std::optional<Error> failure = {};  // of one that is not required: it is left out
    };
    // Does a step at all destinations in `targets` at once, and waits for all.
    using Step = Result<> (*)(Destination&);
    [[nodiscard]] Result<> at_once(const std::vector<Target*>& targets, Step step);
    // The targets that are not left out; remote or local ones.
    [[nodiscard]] std::vector<Target*> targets(bool local);
    // Leaves a target out if the run can do without it; else its error.
    [[nodiscard]] static Result<> judge(Target& target, const Result<>& done);

    std::vector<Target> targets_;
    OutputPlaces places_;
    std::filesystem::path remote_staging_;
    const StopFlag* stop_ = nullptr;
};

}  // namespace sluice
