// The file of metrics that the textfile collector of Prometheus' node exporter reads: replaced whole, so that no reader
// sees half of it.
#pragma once

#include <filesystem>
#include <optional>

#include "monitoring/report.hpp"
#include "utils/result.hpp"

namespace sluice {

// Puts the metrics of the run, which has ended, in place of what the file says. A run that failed keeps the time of the
// last good run: the later one of what the file and `last_success` say.
//
// The new text is written beside the file under another name and renamed, without waiting for the disk; its mode is
// 0644, since node exporter runs as a user of its own. May hang where the file system does. Fails (kind external, or
// config for a file that is not to be replaced: no regular file, or none with metrics of this pipeline and
// environment), and then leaves what was there.
[[nodiscard]] Result<> replace_metrics_file(const std::filesystem::path& file, const RunReport& report,
                                            std::optional<WallTime> last_success);

}  // namespace sluice
