// Texts as gzip and zstd, for tests of what reads them.
#pragma once

#include <string>

namespace sluice {

// One gzip member.
[[nodiscard]] std::string gzip_member(const std::string& text);
// One zstd frame.
[[nodiscard]] std::string zstd_frame(const std::string& text, bool with_checksum = true);

}  // namespace sluice
