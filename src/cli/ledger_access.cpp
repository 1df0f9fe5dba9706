#include "cli/ledger_access.hpp"

#include <fmt/format.h>

#include "cli/standard_streams.hpp"
#include "pipeline/run_settings.hpp"

namespace sluice {

Result<std::unique_ptr<Ledger>> open_ledger(const std::filesystem::path& state) {
    std::error_code absent;
    if (std::filesystem::exists(state / "runs.jsonl", absent)) {
        std::vector<std::string> notes;
        auto ledger = Ledger::open(state, notes);
        for (const std::string& note : notes) write_to_stderr("warning: " + note + '\n');
        if (ledger) return ledger;
    }
    return Ledger::open_to_read(state);
}

Error no_ledger(const std::filesystem::path& state) {
    return config_error("no_ledger",
                        fmt::format("'{}' is not there: no run has ended here yet; CONFIG, --chdir or --to "
                                    "name the folder of the runs",
                                    (state / "ledger.db").lexically_normal().string()));
}

Result<std::string> pipeline_of(const RunOptions& options) {
    if (!options.config.path) return std::string();
    TRY_ASSIGN(const Config config, load_run_config(options));
    return config.pipeline;
}

}  // namespace sluice
