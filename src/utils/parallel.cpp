#include "utils/parallel.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace sluice {

Result<> run_on_threads(int threads, const std::function<Result<>(int)>& task) {
    if (threads <= 1) return task(0);
    std::vector<Result<>> results(static_cast<std::size_t>(threads));
    std::vector<std::thread> others;
    others.reserve(results.size() - 1);
    for (int index = 1; index < threads; ++index) {
        others.emplace_back([&task, &results, index] { results[static_cast<std::size_t>(index)] = task(index); });
    }
    results[0] = task(0);
    for (std::thread& other : others) other.join();
    for (Result<>& result : results) {
        if (!result) return std::move(result);
    }
    return {};
}

void for_each_index(int threads, std::size_t count, const std::function<void(std::size_t)>& body) {
    const int useful = static_cast<int>(std::min(count, static_cast<std::size_t>(std::max(threads, 1))));
    std::atomic<std::size_t> next{0};
    // The tasks cannot fail, so neither can this.
    static_cast<void>(run_on_threads(useful, [&](int) -> Result<> {
        for (std::size_t index = next++; index < count; index = next++) body(index);
        return {};
    }));
}

}  // namespace sluice
