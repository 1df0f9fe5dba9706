#include "cli/ledger_access.hpp"

#include "cli/standard_streams.hpp"

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

}  // namespace sluice
