// A source whose rows are checked while they are read: whoever reads it sees the same rows. Only the scan that takes
// the bad rows counts: it is the one that reads everything, once; a scan that takes its place starts the tallies over.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "quality/expectations/value_tally.hpp"
#include "rows/scan.hpp"

namespace sluice {

// The checks of one source, and what they found. Outlives the scans. Thread-safe.
class SourceChecks {
public:
    struct Check {
        std::string column;
        ValueCheck check;
    };
    explicit SourceChecks(std::vector<Check> checks) : checks_(std::move(checks)), tallies_(checks_.size()) {}

    [[nodiscard]] const std::vector<Check>& checks() const noexcept { return checks_; }
    // By checks(); complete once the scan is over.
    [[nodiscard]] const std::vector<ValueTally>& tallies() const noexcept { return tallies_; }

    // For the scans: the number of a new one, after which nothing counts of those before; what one of its readers
    // found.
    [[nodiscard]] std::uint64_t begin();
    void add(std::uint64_t scan, std::vector<ValueTally>&& found);

private:
    std::vector<Check> checks_;
    std::mutex mutex_;
    std::uint64_t scan_ = 0;
    std::vector<ValueTally> tallies_;
};

// `checks` outlives it.
[[nodiscard]] std::unique_ptr<ScannableSource> checked_source(std::unique_ptr<ScannableSource> source,
                                                              SourceChecks& checks);

}  // namespace sluice
