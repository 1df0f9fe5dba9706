// Finds the config and reads its bytes. Whatever hinders it is for the user to mend: kind config.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "utils/result.hpp"

namespace sluice {

struct ConfigFile {
    std::filesystem::path path;
    std::string bytes;
};

// Nothing given: config/config.yaml, else config/config.json, in the working directory; both is an error. At most 1
// MiB.
[[nodiscard]] Result<ConfigFile> read_config_file(const std::optional<std::filesystem::path>& path);

}  // namespace sluice
