#include "rows/key.hpp"

#include <gtest/gtest.h>

#include <string>

#include "rows/json_text.hpp"
#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

std::string key_of(std::string_view token) {
    std::string key;
    EXPECT_TRUE(append_key(token_of(token), key)) << token;
    return key;
}

TEST(Key, OrdersAndPrintsAsPython) {
    std::string previous_key;
    std::string previous_rank;
    for (const OracleCase& fields : oracle_cases("oracle_keys.py", 3000)) {
        const Token token = token_of(fields[1]);
        const std::string key = key_of(fields[1]);
        if (fields[0] == previous_rank) {
            EXPECT_EQ(key, previous_key) << fields[1];
        } else {
            EXPECT_GT(key, previous_key) << fields[1];
        }
        EXPECT_EQ(key_text(key, is_integer_form(token)), fields[2]) << fields[1];
        EXPECT_EQ(depends_on_spelling(key), fields[3] == "1") << fields[1];
        EXPECT_EQ(key_kind(key), token.kind) << fields[1];

        const std::string again = key_token(key, is_integer_form(token));
        EXPECT_EQ(key_of(again), key) << fields[1] << " became " << again;
        previous_key = key;
        previous_rank = fields[0];
    }
}

TEST(Key, TakesExponentsOfEighteenDigitsAndRefusesMore) {
    EXPECT_LT(key_of("9e99"), key_of("1e999999999999999999"));
    EXPECT_LT(key_of("-1e999999999999999999"), key_of("-9e99"));
    EXPECT_LT(key_of("0"), key_of("1e-999999999999999999"));
    EXPECT_LT(key_of("1e-999999999999999999"), key_of("1e-99"));
    EXPECT_EQ(key_of("10e999999999999999998"), key_of("1e999999999999999999"));
    std::string key = "kept";
    EXPECT_FALSE(append_key(token_of("1e1000000000000000000"), key));
    EXPECT_EQ(key, "kept");
    EXPECT_EQ(key_text(key_of("1e999999999999999999"), false), "1e+999999999999999999");
}

TEST(Key, SpellingMattersOnlyFromTenToTheTwentyFirst) {
    const std::string large = key_of("1000000000000000000000");
    EXPECT_EQ(key_text(large, true), "1000000000000000000000");
    EXPECT_EQ(key_text(large, false), "1e+21");
    EXPECT_FALSE(depends_on_spelling(key_of("999999999999999999999")));
    EXPECT_FALSE(is_integer_form(token_of("1e3")));
    EXPECT_FALSE(is_integer_form(token_of("1.0")));
    EXPECT_FALSE(is_integer_form(token_of("\"1\"")));
    EXPECT_TRUE(is_integer_form(token_of("-1")));
}

TEST(Key, TextIsGivenBackQuotedAsPythonDoes) {
    EXPECT_EQ(key_token(key_of(R"("\u00e9\u001f\/")"), false), "\"\u00e9\\u001f/\"");
    EXPECT_EQ(key_text(key_of(R"("\u00e9")"), false), "\u00e9");
}

}  // namespace
}  // namespace sluice
