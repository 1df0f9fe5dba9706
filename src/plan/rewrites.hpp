// The rewrites of a plan, by name. None of them changes a byte of any output: each can be switched off (`--without
// NAME`), and the golden suite runs with each of them off.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

enum class Rewrite {
    eager_aggregation,    // a report over a join is computed from each side's rows per key, without the joined rows
    eager_serialisation,  // a join that is only written is glued from pieces formatted while its rows were read
    needed_columns,       // only columns that something needs are carried into DuckDB
    scan_once,            // outputs share the reading of their sources
};

// In the order of the enumeration, which is alphabetical.
[[nodiscard]] const std::vector<std::string_view>& rewrite_names();

// Which rewrites a run may use: all but those named.
class RewriteSet {
public:
    // Fails (kind config) for a name that is none, naming the nearest one.
    [[nodiscard]] static Result<RewriteSet> without(const std::vector<std::string>& names);
    [[nodiscard]] bool has(Rewrite rewrite) const noexcept {
        return (off_ >> static_cast<unsigned>(rewrite) & 1U) == 0;
    }

private:
    unsigned off_ = 0;
};

}  // namespace sluice
