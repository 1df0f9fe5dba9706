#include "engine/native/shared_keys.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include "utils/parallel.hpp"

namespace sluice {
namespace {

std::string key_text(std::size_t number) {
    return number % 3 == 0 ? std::string(number % 97, 'x') + std::to_string(number) : "user_" + std::to_string(number);
}

// What each thread asked for, and the numbers it got.
struct Asked {
    std::vector<std::string> keys;
    std::vector<std::uint32_t> numbers;
};

Asked ask(SharedKeys& table, int thread, std::size_t count, std::size_t distinct) {
    std::mt19937 random(static_cast<unsigned>(thread + 1));
    Asked asked;
    for (std::size_t index = 0; index < count; ++index) asked.keys.push_back(key_text(random() % distinct));
    asked.numbers.assign(count, ~0U);
    std::vector<SplitKey> keys;
    for (const std::string& key : asked.keys) keys.push_back({'t', key});
    constexpr std::size_t kAtOnce = 100;
    for (std::size_t begin = 0; begin < count; begin += kAtOnce) {
        const std::size_t size = std::min(kAtOnce, count - begin);
        table.add_all(thread, std::span(keys).subspan(begin, size), std::span(asked.numbers).subspan(begin, size));
    }
    return asked;
}

TEST(SharedKeys, AllThreadsGetTheSameNumberForAKey) {
    for (const int threads : {1, 2, 5}) {
        for (const std::size_t distinct : {3U, 50U, 30000U}) {
            SharedKeys table(threads);
            std::vector<Asked> asked(static_cast<std::size_t>(threads));
            ASSERT_TRUE(run_on_threads(threads, [&](int thread) -> Result<> {
                asked[static_cast<std::size_t>(thread)] = ask(table, thread, 20000, distinct);
                return {};
            }));
            table.finish();
            std::map<std::string, std::uint32_t> numbers;
            for (const Asked& own : asked) {
                for (std::size_t index = 0; index < own.keys.size(); ++index) {
                    const std::uint32_t number = own.numbers[index];
                    EXPECT_EQ(numbers.emplace(own.keys[index], number).first->second, number);
                    EXPECT_EQ(table[number], "t" + own.keys[index]);
                }
            }
            // No number is given twice, and those that are nobody's have no key.
            std::set<std::string_view> keys;
            for (std::uint32_t number = 0; number < table.end(); ++number) {
                if (table[number].empty()) continue;
                EXPECT_TRUE(keys.insert(table[number]).second) << table[number];
            }
            EXPECT_EQ(keys.size(), numbers.size());
        }
    }
}

TEST(SharedKeys, KeysOfDifferentKindsAreDifferent) {
    SharedKeys table(1);
    const std::string bytes("\0\1", 2);
    const std::vector<SplitKey> keys{
        {'a', bytes}, {}, {'b', bytes}, {'a', ""}, {'a', std::string_view(bytes).substr(0, 1)}, {'a', bytes}};
    std::vector<std::uint32_t> numbers(keys.size());
    table.add_all(0, keys, numbers);
    EXPECT_EQ(numbers[1], 0U);
    EXPECT_EQ(numbers[0], numbers[5]);
    EXPECT_EQ(std::set<std::uint32_t>(numbers.begin(), numbers.end()).size(), 5U);
}

}  // namespace
}  // namespace sluice
