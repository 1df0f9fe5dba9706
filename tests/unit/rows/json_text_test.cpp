#include "rows/json_text.hpp"

#include <gtest/gtest.h>

#include "unit/rows/oracle.hpp"

namespace sluice {
namespace {

std::string decoded(std::string_view token) {
    std::string text;
    append_decoded(token_of(token), text);
    return text;
}

std::string quoted_text(std::string_view text) {
    std::string token;
    append_quoted(text, token);
    return token;
}

std::string laid_out(const Token& token) {
    std::string text;
    append_laid_out(token, text);
    return text;
}

TEST(JsonText, AgreesWithPython) {
    for (const OracleCase& fields : oracle_cases("oracle_json_text.py", 2000)) {
        if (fields[0] == "text") {
            EXPECT_EQ(quoted_text(fields[1]), fields[2]);
            EXPECT_EQ(decoded(fields[3]), fields[1]) << fields[3];
        } else {
            EXPECT_EQ(laid_out(token_of(fields[1])), fields[2]);
        }
    }
}

TEST(JsonText, ElementsAreCutWhereTheyEnd) {
    const auto elements = [](std::string_view array) {
        std::vector<std::string> found;
        for (const Token& element : elements_of(token_of(array))) found.emplace_back(element.view());
        return found;
    };
    using Elements = std::vector<std::string>;
    EXPECT_EQ(elements("[]"), Elements{});
    EXPECT_EQ(elements("[ \n]"), Elements{});
    EXPECT_EQ(elements("[1]"), Elements{"1"});
    EXPECT_EQ(elements("[ 1.50 ,null,\"a,]\\\"\\\\\" ,[1, [2,3]],{\"k,\": \"}\"} ]"),
              (Elements{"1.50", "null", R"("a,]\"\\")", "[1, [2,3]]", R"({"k,": "}"})"}));
    EXPECT_TRUE(elements_of(token_of("[null]")).at(0).is_null());
}

TEST(JsonText, AMissingKeyIsNull) {
    EXPECT_EQ(laid_out(Token{}), "null");
    EXPECT_EQ(laid_out(token_of("null")), "null");
}

TEST(JsonText, FindsOutTheKind) {
    EXPECT_EQ(token_of("-1").kind, Kind::number);
    EXPECT_EQ(token_of("true").kind, Kind::true_);
    EXPECT_EQ(token_of("false").kind, Kind::false_);
    EXPECT_EQ(token_of("null").kind, Kind::null);
    EXPECT_EQ(token_of("{}").kind, Kind::object);
    EXPECT_EQ(token_of("[1]").kind, Kind::array);
    EXPECT_FALSE(token_of("\"a\"").escaped);
    EXPECT_TRUE(token_of(R"("\n")").escaped);
}

}  // namespace
}  // namespace sluice
