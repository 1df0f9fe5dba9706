// Names GCC's 128-bit integers, which ISO C++ does not know.
#pragma once

namespace sluice {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

[[nodiscard]] constexpr UInt128 magnitude(Int128 value) noexcept {
    return value < 0 ? -static_cast<UInt128>(value) : static_cast<UInt128>(value);
}

}  // namespace sluice
