#include "pipeline/run_record.hpp"

#include <fmt/format.h>

#include "pipeline/kept_logs.hpp"
#include "pipeline/metrics_export.hpp"
#include "pipeline/secret_mask.hpp"
#include "pipeline/state_folder.hpp"

namespace sluice {

RunRecord::RunRecord(const RunOptions& options) : options_(options), log_(RunLog::to_be_kept()) {
    listeners_.add(options.listener);
    listeners_.add(log_.get());
}

void RunRecord::begin_log(const std::filesystem::path& state, const std::string& run) {
    const auto file = place_for_log(state, run);
    log_begun_ = file ? log_->keep_in(*file) : Result<>(file.error());
}

// As soon as its folder is there.
void RunRecord::begin(const Config& config, RunReport& report) {
    if (!has_state_folder(options_, config)) return;
    const auto state = state_folder(options_, config);
    mask_secrets(config.secrets, report);
    ledger_.begin(state, report);
    if (!log_begun_) begin_log(state, report.run);
}

void RunRecord::end(const Config& config, RunReport& report) {
    if (has_state_folder(options_, config)) {
        const auto state = state_folder(options_, config);
        if (!log_begun_ || !*log_begun_) begin_log(state, report.run);
        if (!*log_begun_) report.warnings.push_back("the log of this run is not kept: " + log_begun_->error().message);
        export_metrics(metrics_file(options_, config), ledger_.last_success(report), report);
        ledger_.end(state, config.history, report);
        remove_old_logs(state, config.history, report.end);
    }
    listeners_.run_ended(report);
}

}  // namespace sluice
