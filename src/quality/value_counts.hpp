// Counts how often each key occurs: exactly while there are few, and of many the frequent ones, in bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sluice {

class ValueCounts {
public:
    struct Count {
        std::string key;
        std::uint64_t at_least = 0;
        std::uint64_t at_most = 0;
    };

    void add(std::string_view key);

    // Every key is counted, and each exactly.
    [[nodiscard]] bool exact() const noexcept { return missed_ == 0; }
    // How many keys are counted: all of them when exact().
    [[nodiscard]] std::size_t size() const noexcept { return counts_.size(); }
    // The most frequent keys, ties by key. Not exact: only those that surely are more frequent than the ones left out.
    [[nodiscard]] std::vector<Count> top(std::size_t most) const;

    static constexpr std::size_t kMostKeys = 10'000;
    static constexpr std::size_t kMostBytes = std::size_t{1}
                                              << 20U;  // of all keys together, but for one that is longer

private:
    void drop_rare();

    std::unordered_map<std::string, std::uint64_t> counts_;
    std::size_t bytes_ = 0;
    std::uint64_t missed_ = 0;  // the most that any count is too low
};

}  // namespace sluice
