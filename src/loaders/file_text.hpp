// Reads a whole file in pieces.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// Gives the file's bytes in order to `take`. Fails with the first error of reading (code "file_missing" if there is no
// such file) or of `take`, and when `stop` is set; that may be null, for a file that is small or must be read to its
// end.
[[nodiscard]] Result<> read_in_pieces(const std::filesystem::path& path, const StopFlag* stop,
                                      const std::function<Result<>(std::string_view)>& take);

}  // namespace sluice
