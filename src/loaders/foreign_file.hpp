// A file of the staging folder that another library wrote.
#pragma once

#include <filesystem>

#include "loaders/output_file.hpp"
#include "utils/result.hpp"

namespace sluice {

// Reads the file for its checksums, soon after it was written, and syncs it if `durable`. `stop` (may be null) ends
// that.
[[nodiscard]] Result<FileDigest> finish_foreign_file(const std::filesystem::path& path, bool durable, bool sha256,
                                                     const StopFlag* stop);

}  // namespace sluice
