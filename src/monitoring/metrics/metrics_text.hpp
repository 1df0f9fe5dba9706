// The metrics of a run that has ended, as text for Prometheus: docs/reference/metrics.md lists all of them. Pure
// functions.
#pragma once

#include <optional>
#include <string>

#include "monitoring/report.hpp"

namespace sluice {

// Of each kind of item (sources, steps, outputs, destinations, checks) the first so many have metrics of their own.
inline constexpr std::size_t kMostMetricItems = 200;

// `last_success` is the end of the last good run of this pipeline and environment; nothing where none is known.
[[nodiscard]] std::string metrics_text(const RunReport& report, std::optional<WallTime> last_success);

// How a line of every text for this pipeline and environment begins: what a file is known by.
[[nodiscard]] std::string metrics_mark(const RunReport& report);
// What such a text says of the last good run.
[[nodiscard]] std::optional<WallTime> last_success_in(const std::string& text);

}  // namespace sluice
