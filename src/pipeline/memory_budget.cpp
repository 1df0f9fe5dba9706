#include "pipeline/memory_budget.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

namespace sluice {

namespace {

// The limit in a cgroup file: a number of bytes, or "max" (which reads as no number).
std::uint64_t limit_in(const char* file, std::uint64_t otherwise) {
    std::ifstream stream(file);
    std::uint64_t bytes = 0;
    return stream >> bytes ? bytes : otherwise;
}

}  // namespace

std::uint64_t default_memory_budget() {
    std::uint64_t bytes =
        static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
    bytes = std::min(bytes, limit_in("/sys/fs/cgroup/memory.max", bytes));
    bytes = std::min(bytes, limit_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", bytes));
    return bytes / 10 * 6;
}

bool is_tight(std::uint64_t budget) { return budget < std::uint64_t{2} << 30U; }

int most_threads(std::uint64_t budget) {
    constexpr std::uint64_t kPerThread = std::uint64_t{64} << 20U;
    return static_cast<int>(std::max(budget, kLeastMemoryBudget) / kPerThread);
}

// With these, 275 to 298 MiB were resident under 256 MiB (two threads, 0.4 to 2.6 million groups; bench/memory.py).
std::uint64_t duckdb_share(std::uint64_t budget, int threads) {
    constexpr std::uint64_t kReserve = std::uint64_t{32} << 20U;
    constexpr std::uint64_t kReservePerThread = std::uint64_t{16} << 20U;
    const std::uint64_t whole = std::max(budget, kLeastMemoryBudget);
    return whole - std::min(whole / 2, kReserve + kReservePerThread * static_cast<std::uint64_t>(threads));
}

// A fold, a join and a grouping keep about 100 bytes a row between them.
std::uint64_t rows_at_once(std::uint64_t budget, int threads) {
    constexpr std::uint64_t kBytesPerRow = 256;
    return std::min(budget, duckdb_share(budget, threads)) / kBytesPerRow;
}

std::uint64_t waiting_rows_share(std::uint64_t budget) {
    constexpr std::uint64_t kMost = std::uint64_t{64} << 20U;
    return std::min(kMost, std::max(budget, kLeastMemoryBudget) / 16);
}

std::vector<std::string> memory_notes(std::uint64_t budget, const PhysicalPlan& physical) {
    const std::size_t outputs = physical.outputs.size();
    const auto given_up = std::ranges::count_if(physical.outputs, &PhysicalOutput::for_memory);
    std::vector<std::string> notes;
    if (budget < kLeastMemoryBudget)
        notes.push_back(
            fmt::format("--memory is below {} MiB, where budgets begin: the run may take as much as with that",
                        kLeastMemoryBudget >> 20U));
    if (given_up > 0)
        notes.push_back(
            fmt::format("slower than it could be: {} of {} output{} would need more than --memory {} MiB, so "
                        "DuckDB made {} with the help of the disk",
                        given_up, outputs, outputs == 1 ? "" : "s", budget >> 20U, given_up == 1 ? "it" : "them"));
    return notes;
}

std::uint64_t native_reading_share(std::uint64_t budget, const PhysicalPlan& physical) {
    const bool keeps_rows = std::ranges::any_of(
        physical.outputs, [](const PhysicalOutput& output) { return output.strategy == Strategy::native_pairs; });
    return std::max(budget, kLeastMemoryBudget) / 10 * (keeps_rows ? 7 : 5);
}

}  // namespace sluice
