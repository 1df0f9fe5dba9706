// Inflates zstd through libzstd.
#pragma once

#include <cstddef>
#include <memory>

#include "io/input_stream.hpp"

namespace sluice {

// The file begins with the magic bytes of a zstd frame, which may be a skippable one. Checks a frame's checksum where
// it has one. Frames that need a window of more than 128 MiB are refused, so that memory stays bounded.
[[nodiscard]] Result<std::unique_ptr<InputStream>> open_zstd_stream(const InputFile& file, std::size_t piece);

}  // namespace sluice
