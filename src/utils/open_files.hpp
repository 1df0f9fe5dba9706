// How many files this process may have open. A source of Parquet holds each of its files open, and shells usually allow
// 1,024, though the system allows many more.
#pragma once

#include <sys/types.h>

#include <string>

namespace sluice {

// Raises the limit as far as the system lets us. Once, before anything is opened.
void raise_open_file_limit() noexcept;
// Gives a program that we have started the limit that we were started with: some go through all numbers up to it.
void restore_open_file_limit(pid_t program) noexcept;
// What to do when it is reached.
[[nodiscard]] std::string open_file_advice();

}  // namespace sluice
