// Copies files that lie elsewhere to the local disk, for a library that opens files itself.
#pragma once

#include <filesystem>
#include <vector>

#include "io/input_file.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// Each of `files` becomes a local file of the same name and bytes, without a name on the disk, in `folder` (empty: the
// system's folder for temporary files). Fails, before a byte is copied, when the disk has no room for all of them
// (kind external).
[[nodiscard]] Result<> spool_files(std::vector<InputFile>& files, const std::filesystem::path& folder,
                                   const StopFlag* stop);

}  // namespace sluice
