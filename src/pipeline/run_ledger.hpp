// Keeps a run in the ledger: when its rows are written, and what becomes of a ledger that cannot be written. Nothing
// here makes a run fail: what goes wrong is a warning of the report.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "monitoring/ledger/ledger.hpp"
#include "monitoring/report.hpp"

namespace sluice {

class RunLedger {
public:
    // Puts the run in as running, and marks those that died. Only the first call does something.
    void begin(const std::filesystem::path& state, RunReport& report);
    // Puts the complete report in, also when begin() was never called or failed, and then removes runs that are older
    // than `history`, with their rejected rows.
    void end(const std::filesystem::path& state, std::optional<std::chrono::milliseconds> history, RunReport& report);
    // When the last good run of this pipeline and environment ended, as far as it is known.
    [[nodiscard]] std::optional<WallTime> last_success(const RunReport& report) const;

private:
    [[nodiscard]] Result<> open(const std::filesystem::path& state, bool damaged, RunReport& report);
    [[nodiscard]] Result<> put(const std::filesystem::path& state, RunReport& report);

    std::unique_ptr<Ledger> ledger_;
    bool begun_ = false;
};

}  // namespace sluice
