// Inflates gzip through ISA-L: docs/adr/0020 says why that one.
#pragma once

#include <cstddef>
#include <memory>

#include "io/input_stream.hpp"

namespace sluice {

// The file begins with gzip's magic bytes. Checks the length and CRC-32 of every member, and a header's own where it
// has one. Zero bytes behind the last member are padding (as gzip has it); anything else there is an error.
[[nodiscard]] Result<std::unique_ptr<InputStream>> open_gzip_stream(const InputFile& file, std::size_t piece);

}  // namespace sluice
