// Writes a whole file at once.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// The folder is made if it is absent. Fails (kind external) where the file is there already.
[[nodiscard]] Result<> write_new_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

// The same in place of a file that may be there: whoever reads it has the old one or the new one, whole.
[[nodiscard]] Result<> replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

}  // namespace sluice
