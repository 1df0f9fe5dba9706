// Stops a computation whose data turns out to need more memory than was expected of its size, while there is still room
// to start over in another way.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "rows/scan.hpp"

namespace sluice {

// The code of the error that a guarded scan ends with.
inline constexpr std::string_view kOverMemoryBudget = "over_memory_budget";

// The source, whose scans fail (kind external) once the process holds more than `most_resident` bytes. Looked at with
// every block. `source` outlives it.
[[nodiscard]] std::unique_ptr<ScannableSource> guarded_source(const ScannableSource& source,
                                                              std::uint64_t most_resident);

}  // namespace sluice
