// Standard input as a file: it can be read once only, and a run may need it twice.
#pragma once

#include <filesystem>

#include "io/input_file.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

inline constexpr std::string_view kStandardInput = "-";  // as paths call it

// Reads it to its end into a file without a name in `temp_dir`. Fails (kind external) when it is closed or cannot be
// kept, and when `stop`, which may be null, is set meanwhile.
[[nodiscard]] Result<InputFile> spool_standard_input(const std::filesystem::path& temp_dir, const StopFlag* stop);

}  // namespace sluice
