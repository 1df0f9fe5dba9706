// A source of the config: reads rows from somewhere. One pair of files per type; pipeline/registry.cpp lists them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "extractors/bad_row_limit.hpp"
#include "io/input_wait.hpp"
#include "io/part_cache.hpp"
#include "rows/row_rule.hpp"
#include "rows/scan.hpp"
#include "utils/host_access.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

// What is done about columns that differ from those of the last good run.
enum class OnDrift { warn, fail, ignore };

struct ExtractorContext {
    std::filesystem::path base;      // relative paths of the config are below it (--chdir)
    std::filesystem::path temp_dir;  // spool files go here; exists
    std::uint64_t block_size = 0;    // bytes a block, at least 1; a longer line makes a larger block
    const StopFlag* stop = nullptr;
    RetryPolicy retry = {};           // of reads that fail for now
    bool wait = true;                 // whether to wait for files that are not there yet
    PartCacheLimits read_ahead = {};  // of a source that lies elsewhere
    RowRules row_rules = {};          // what rows must meet, beyond what the source itself says
    HearWait hear_wait = {};          // is told what is waited for, from the thread that opens
};

// What a source reads that lies elsewhere.
struct RemoteInput {
    std::string address;  // as messages have it
    std::string place;    // where it is, however it is addressed
    std::uint64_t bytes = 0;
};

// What reading it takes, found without asking anybody.
struct RemoteAccess {
    std::vector<std::string> addresses;  // as the config has them
    std::vector<std::string> reads;      // local files: credentials
    std::vector<HostAccess> hosts;
    std::vector<std::pair<std::string, std::string>> policies;  // an address, and the least rights there as JSON
};

// Each type has `static constexpr std::string_view kType`, `static Schema schema()` and
// `static Result<std::unique_ptr<Extractor>> from_config(const ConfigItem&, Diagnostics&)` beside it.
class Extractor {
public:
    virtual ~Extractor() = default;
    // Finds the input and fixes its length: opens files, runs the command to its end. Called once, from one thread,
    // before anything is scanned. Fails with a message that names the file or command and the cure. Temporary files
    // live as long as the result.
    [[nodiscard]] virtual Result<std::unique_ptr<ScannableSource>> open(const ExtractorContext& context) = 0;
    // The local files that it reads below `base`, as far as they are known before it is opened: no output may replace
    // one.
    [[nodiscard]] virtual std::vector<std::filesystem::path> files(const std::filesystem::path& base) const = 0;
    // What it reads elsewhere: known once it is open.
    [[nodiscard]] virtual std::vector<RemoteInput> remote_inputs() const { return {}; }
    [[nodiscard]] virtual Result<RemoteAccess> remote_access() const { return RemoteAccess(); }
    // The program that open() runs, as messages call it; empty when opening only looks.
    [[nodiscard]] virtual std::string program() const { return {}; }
    // Whether open() takes standard input, which nobody can take again.
    [[nodiscard]] virtual bool reads_stdin() const { return false; }
    [[nodiscard]] virtual const DeclaredTypes& types() const = 0;
    [[nodiscard]] const BadRowLimit& max_bad_rows() const noexcept { return max_bad_rows_; }

    [[nodiscard]] const ColumnRules& rules() const noexcept { return rules_; }
    [[nodiscard]] OnDrift on_drift() const noexcept { return on_drift_; }

protected:
    OnDrift on_drift_ = OnDrift::warn;
    ColumnRules rules_;
    BadRowLimit max_bad_rows_;  // for from_config() to fill
};

}  // namespace sluice
