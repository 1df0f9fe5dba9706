// Reads a whole file in pieces.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// Gives the file's bytes in order to `take`. Fails with the first error of reading (code "file_missing" if there is no
// such file) or of `take`.
[[nodiscard]] Result<> read_in_pieces(const std::filesystem::path& path,
                                      const std::function<Result<>(std::string_view)>& take);

}  // namespace sluice
