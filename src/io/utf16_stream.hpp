// Gives the text of a file as UTF-8: one that begins with the byte order mark of UTF-16 is converted while it is read,
// any other comes as it is. The mark is left out then.
//
// Half a surrogate pair, and a last byte without its other half, become bytes that are no UTF-8, so that the row that
// holds them is found bad where it stands.
#pragma once

#include <memory>
#include <string_view>

#include "io/input_stream.hpp"
#include "utils/result.hpp"

namespace sluice {

[[nodiscard]] constexpr bool is_utf16(std::string_view head) noexcept {
    return head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF");
}
// A byte of UTF-16 becomes at most so many.
inline constexpr std::uint64_t kUtf16Expansion = 2;

// Reads the first two bytes of `bytes`.
[[nodiscard]] Result<std::unique_ptr<InputStream>> as_utf8(std::unique_ptr<InputStream> bytes);

}  // namespace sluice
