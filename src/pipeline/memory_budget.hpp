// How much memory a run may use, and how it is shared out. The peak of resident memory stays below the budget and
// 64 MiB; that margin is for the program itself, its libraries and what allocators hold on to.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plan/physical.hpp"

namespace sluice {

// What `--memory` begins at: with less than this the promise does not hold, and the shares below are those of this
// much.
inline constexpr std::uint64_t kLeastMemoryBudget = std::uint64_t{256} << 20U;

// When `--memory` does not say: 60% of the machine's memory, or of the cgroup's limit where that is less.
[[nodiscard]] std::uint64_t default_memory_budget();

// Whether the heap must be kept small even if that costs time.
[[nodiscard]] bool is_tight(std::uint64_t budget);

// Threads beyond this would leave each too little for its buffers.
[[nodiscard]] int most_threads(std::uint64_t budget);

// What DuckDB may take: the budget less a reserve for readers, writers and what DuckDB takes beyond its limit.
[[nodiscard]] std::uint64_t duckdb_share(std::uint64_t budget, int threads);

// How many rows may go through several of DuckDB's operators at once.
[[nodiscard]] std::uint64_t rows_at_once(std::uint64_t budget, int threads);

// What rows may take that wait to be written to their partitions. The engine keeps its share meanwhile.
[[nodiscard]] std::uint64_t waiting_rows_share(std::uint64_t budget);

// What a person should know of a run with this budget and plan: whole sentences.
[[nodiscard]] std::vector<std::string> memory_notes(std::uint64_t budget, const PhysicalPlan& physical);

// How far resident memory may grow while the native engine reads its sources: what it makes of them afterwards needs
// the rest; less of it where the rows of written joins are most of what is kept.
[[nodiscard]] std::uint64_t native_reading_share(std::uint64_t budget, const PhysicalPlan& physical);

}  // namespace sluice
