// Writes a whole file at once.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string_view>

#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

// The folder is made if it is absent. Fails (kind external) where the file is there already.
[[nodiscard]] Result<> write_new_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

// The same in place of a file that may be there: whoever reads it has the old one or the new one, whole.
[[nodiscard]] Result<> replace_file(const std::filesystem::path& path, std::string_view text, mode_t mode);

// Writes all of the text to an open file; `path` is its name in messages.
[[nodiscard]] Result<> write_all(const FileDescriptor& file, const std::filesystem::path& path, std::string_view text);

}  // namespace sluice
