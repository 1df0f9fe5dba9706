// Holds a run's outputs back until all of them are finished: opens the destinations, gives the files to write to, hands
// finished files to every destination that wants them, commits or aborts them together.
//
// Order of calls: open(); create() and add() for each output; commit(). From one thread. Its destructor aborts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "loaders/destination.hpp"
#include "loaders/output_file.hpp"
#include "monitoring/report.hpp"
#include "plan/logical.hpp"

namespace sluice {

class Publication {
public:
    // Takes over the destinations. `temp_dir` is where files are written that go to remote destinations only.
    Publication(std::vector<std::unique_ptr<Destination>> destinations, const std::filesystem::path& temp_dir);
    ~Publication();
    Publication(const Publication&) = delete;
    Publication& operator=(const Publication&) = delete;

    // Opens all destinations. From then on no other run can write to them.
    [[nodiscard]] Result<> open(const DestinationContext& context);
    // Fails (kind config) when publishing `output` would replace one of `inputs`: the run would destroy its own source.
    [[nodiscard]] Result<> keep_inputs(const LogicalOutput& output,
                                       const std::vector<std::filesystem::path>& inputs) const;
    // A new staged file for the output, in the staging folder of its first local destination.
    [[nodiscard]] Result<std::unique_ptr<OutputFile>> create(const LogicalOutput& output) const;
    // Hands the finished file to the output's destinations.
    [[nodiscard]] Result<> add(const LogicalOutput& output, const FileDigest& digest, std::uint64_t rows,
                               std::vector<OutputColumn> columns);
    [[nodiscard]] Result<> commit();
    void abort() noexcept;

    // Notes which destinations readers see this run at, and what they warn of; the report's destinations begin with these
    // in their order.
    void conclude(RunReport& report) const;
    // What readers see now, as a sentence for the message after a failure.
    [[nodiscard]] std::string standing() const;

private:
    struct StagingPlace {
        std::filesystem::path path;
        bool durable = false;  // whether the file must be synced there
    };
    [[nodiscard]] StagingPlace staging_of(const LogicalOutput& output) const;

    std::vector<std::unique_ptr<Destination>> destinations_;
    std::filesystem::path remote_staging_;
};

}  // namespace sluice
