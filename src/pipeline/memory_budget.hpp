// How much memory a run may use when `--memory` does not say.
#pragma once

#include <cstdint>

namespace sluice {

// 60% of the machine's memory, or of the cgroup's limit where that is less.
[[nodiscard]] std::uint64_t default_memory_budget();

}  // namespace sluice
