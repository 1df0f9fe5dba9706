#include "utils/open_files.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cstdint>
#include <optional>

namespace sluice {

namespace {

std::optional<rlim_t> limit_at_start;

}  // namespace

void raise_open_file_limit() noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit_at_start = limit.rlim_cur;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

void restore_open_file_limit(pid_t program) noexcept {
    rlimit limit{};
    if (!limit_at_start || ::prlimit(program, RLIMIT_NOFILE, nullptr, &limit) != 0) return;
    limit.rlim_cur = *limit_at_start;
    (void)::prlimit(program, RLIMIT_NOFILE, &limit, nullptr);
}

std::string open_file_advice() {
    rlimit limit{};
    (void)::getrlimit(RLIMIT_NOFILE, &limit);
    return fmt::format(
        "this process may have {} files open, and Parquet's reader needs one for each of a source's; allow "
        "more (`ulimit -Hn`), or read fewer files in one run",
        static_cast<std::uint64_t>(limit.rlim_cur));
}

}  // namespace sluice
