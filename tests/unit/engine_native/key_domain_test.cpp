#include "engine/native/key_domain.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {
namespace {

std::vector<Token> tokens_of(const std::vector<std::string>& values) {
    std::vector<Token> tokens;
    for (const std::string& value : values) tokens.push_back(value.empty() ? Token{} : token_of(value));
    return tokens;
}

TEST(KeyDomain, EqualValuesHaveOneCodeHoweverTheyAreSpelled) {
    const std::vector<std::string> values{"\"a\"", "\"\\u0061\"", "",       "null",  "200", "2e2", "\"200\"",
                                          "200.0", "true",        "[1, 2]", "[1,2]", "-0",  "0"};
    KeyDomain domain(2);
    std::vector<Code> first(values.size());
    std::vector<Code> second(values.size());
    const std::vector<Token> tokens = tokens_of(values);
    const auto encoded = domain.encode(0, tokens, first);
    static_cast<void>(domain.encode(1, tokens, second));
    EXPECT_FALSE(encoded.first_unkeyable);
    EXPECT_TRUE(encoded.spelled_as_integer.empty());
    EXPECT_EQ(first, second);
    domain.finish();
    for (std::size_t a = 0; a < values.size(); ++a) {
        EXPECT_EQ(first[a] == kNullCode, tokens[a].is_null()) << values[a];
        std::string key;
        ASSERT_TRUE(append_key(tokens[a], key));
        EXPECT_EQ(domain.key(first[a]), key) << values[a];
        for (std::size_t b = 0; b < values.size(); ++b) {
            EXPECT_EQ(first[a] == first[b], domain.key(first[a]) == domain.key(first[b])) << values[a] << values[b];
        }
    }
    EXPECT_FALSE(domain.distinct_texts());
    EXPECT_EQ(domain.sorted(2).size(), 6U);
}

TEST(KeyDomain, SaysWhereATextDependsOnTheSpelling) {
    const std::vector<std::string> values{"1e21", "1000000000000000000000", "5", "1e9999999999999999999"};
    KeyDomain domain(1);
    std::vector<Code> codes(values.size());
    const std::vector<Token> tokens = tokens_of(values);
    for (int round = 0; round < 2; ++round) {
        const auto encoded = domain.encode(0, tokens, codes);
        EXPECT_EQ(encoded.spelled_as_integer, (std::vector<bool>{false, true, false, false}));
        EXPECT_EQ(encoded.first_unkeyable, 3U);
    }
    EXPECT_EQ(codes[0], codes[1]);
    EXPECT_EQ(codes[3], kNullCode);
    domain.finish();
    EXPECT_TRUE(domain.distinct_texts());
}

}  // namespace
}  // namespace sluice
