#include "pipeline/run_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "monitoring/wall_time.hpp"
#include "pipeline/history.hpp"

namespace sluice {

namespace {

void tell_crashed(const std::vector<RunReport>& crashed, RunReport& report) {
    constexpr std::size_t kTold = 3;
    for (std::size_t index = 0; index < std::min(crashed.size(), kTold); ++index) {
        const RunReport& run = crashed[index];
        report.warnings.push_back(
            fmt::format("run {} of pipeline '{}', begun {}, died before its end: it was killed, or the machine went "
                        "down; `sluice runs` shows it as crashed",
                        run.run, run.pipeline, wall_time_text(run.start)));
    }
    if (crashed.size() > kTold)
        report.warnings.push_back(fmt::format("{} more runs died before their end", crashed.size() - kTold));
}

}  // namespace

Result<> RunLedger::open(const std::filesystem::path& state, bool damaged, RunReport& report) {
    ledger_.reset();
    TRY_ASSIGN(ledger_, damaged ? Ledger::begin_anew(state, report.warnings) : Ledger::open(state, report.warnings));
    return {};
}

// A ledger may be found damaged at any time, or be moved away while the run goes on.
Result<> RunLedger::put(const std::filesystem::path& state, RunReport& report) {
    if (!ledger_ || !ledger_->in_place()) TRY(open(state, false, report));
    Result<> put = ledger_->put(report);
    if (put || put.error().code != kLedgerCorrupt) return put;
    TRY(open(state, true, report));
    return ledger_->put(report);
}

void RunLedger::begin(const std::filesystem::path& state, RunReport& report) {
    if (begun_) return;
    begun_ = true;
    // What goes wrong now is told at the end, if it goes wrong then as well.
    if (!put(state, report)) return;
    if (const auto crashed = ledger_->mark_crashed()) tell_crashed(*crashed, report);
}

std::optional<WallTime> RunLedger::last_success(const RunReport& report) const {
    if (!ledger_) return std::nullopt;
    const auto found = ledger_->last_success(report.pipeline, report.environment);
    return found ? *found : std::nullopt;
}

void RunLedger::end(const std::filesystem::path& state, std::optional<std::chrono::milliseconds> history,
                    RunReport& report) {
    if (const auto kept = put(state, report); !kept) {
        report.warnings.push_back("this run is not in the ledger: " + kept.error().message);
        return;
    }
    if (!history) return;
    const auto pruned =
        prune_runs(state, *ledger_, {.older_than = history, .keep = std::nullopt}, std::chrono::system_clock::now());
    if (!pruned) report.warnings.push_back("`history` could not be kept: " + pruned.error().message);
}

}  // namespace sluice
