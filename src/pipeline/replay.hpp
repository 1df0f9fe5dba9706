// Brings rows that an earlier run rejected, as a person mended them, into a run of the same pipeline: each takes the
// place that it had in the input.
//
// Order of calls: open(), then mend() once the sources are open and before they are read; check() when they were read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "monitoring/report.hpp"
#include "pipeline/quarantine.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

struct ReplayRequest {
    std::string run;                          // whose rows
    std::vector<std::filesystem::path> rows;  // the mended rows; empty: the files of that run's quarantine
};

class Replay {
public:
    // `state` is `.sluice` or what stands for it. Fails (kind config) when there is no such quarantine, and (kind data,
    // with file:line) for a line that is no quarantined row.
    [[nodiscard]] static Result<Replay> open(const std::filesystem::path& state, const ReplayRequest& request);

    [[nodiscard]] const QuarantineRecord& record() const noexcept { return record_; }
    // Fails (kind config) when that run was one of another pipeline; warns when its config was another.
    [[nodiscard]] Result<> check_config(const Config& config, std::vector<std::string>& warnings) const;
    // Fails (kind data) unless the sources' inputs are those of that run.
    [[nodiscard]] Result<> mend(const std::vector<std::unique_ptr<ScannableSource>>& sources);
    // How many rows of the source were mended.
    [[nodiscard]] std::uint64_t mended(const std::string& source) const;
    // The books over both runs: each row that the first one read was read again, but those that were made empty.
    [[nodiscard]] Result<> check(const std::vector<SourceReport>& sources) const;

private:
    [[nodiscard]] Result<> read(const std::filesystem::path& path);
    [[nodiscard]] Result<> take(const std::string& line);

    QuarantineRecord record_;
    std::map<std::string, std::vector<MendedRow>, std::less<>> rows_;  // by source
    std::map<std::string, std::uint64_t, std::less<>> counts_;
    std::map<std::string, std::uint64_t, std::less<>> emptied_;
};

}  // namespace sluice
