#include "plan/rewrites.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/diagnostics.hpp"

namespace sluice {

const std::vector<std::string_view>& rewrite_names() {
    static const std::vector<std::string_view> names{"eager_aggregation", "eager_serialisation", "needed_columns",
                                                     "scan_once"};
    return names;
}

Result<RewriteSet> RewriteSet::without(const std::vector<std::string>& names) {
    RewriteSet set;
    const auto& known = rewrite_names();
    for (const std::string& name : names) {
        const auto found = std::ranges::find(known, name);
        if (found == known.end()) {
            const std::string_view near = nearest_name(name, known);
            return config_error(
                "unknown_rewrite",
                fmt::format("--without: unknown rewrite '{}'{}; there are: {}", name,
                            near.empty() ? "" : fmt::format("; did you mean '{}'?", near), fmt::join(known, ", ")));
        }
        set.off_ |= 1U << static_cast<unsigned>(found - known.begin());
    }
    return set;
}

}  // namespace sluice
