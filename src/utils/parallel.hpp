// Runs pieces of one computation on several threads and waits for all of them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>

#include "utils/result.hpp"

namespace sluice {

// Calls task(0) to task(threads - 1), each on a thread of its own, task(0) on the caller's. Returns when all are done,
// with the error of the lowest number. A task that fails does not stop the others: they share a flag if they want that.
[[nodiscard]] Result<> run_on_threads(int threads, const std::function<Result<>(int)>& task);

// Calls body(i) for every i below `count`, in any order, from up to `threads` threads.
void for_each_index(int threads, std::size_t count, const std::function<void(std::size_t)>& body);

// The `part`-th of `parts` nearly equal stretches of 0 to `count`.
struct Stretch {
    std::size_t begin = 0;
    std::size_t end = 0;
};
[[nodiscard]] inline Stretch stretch(std::size_t count, std::size_t part, std::size_t parts) noexcept {
    const std::size_t size = count / parts;
    const std::size_t longer = count % parts;  // the first ones take one more
    const std::size_t begin = part * size + std::min(part, longer);
    return {begin, begin + size + (part < longer ? 1 : 0)};
}

}  // namespace sluice
