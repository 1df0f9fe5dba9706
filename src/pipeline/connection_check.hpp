// Reaches every source and destination of a config with the real credentials, and leaves nothing behind: `validate
// --connect`.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "utils/error.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct ConnectionCheck {
    std::string what;            // "source 'logs'", "destination 's3'"
    std::string found;           // "2 files, 1.2 MiB"; what was done, when nothing is wrong
    std::optional<Error> error;  // what is wrong
};

// Files are opened, not read. Programs are looked for in PATH, not run. A local folder is written to with a file that
// has no name. A bucket is asked for the manifest that a run would replace. Destinations that are off are left out.
[[nodiscard]] std::vector<ConnectionCheck> check_connections(const Config& config, const std::filesystem::path& base,
                                                             const StopFlag& stop);

}  // namespace sluice
