// What a run read and wrote, all sources and outputs together. Pure.
#pragma once

#include <cstdint>

#include "monitoring/report.hpp"

namespace sluice {

struct RunTotals {
    std::uint64_t rows_read = 0;
    std::uint64_t bad_rows = 0;
    std::uint64_t bytes_read = 0;
    std::uint64_t rows_written = 0;
    std::uint64_t bytes_written = 0;
};

[[nodiscard]] RunTotals totals_of(const RunReport& run);

}  // namespace sluice
