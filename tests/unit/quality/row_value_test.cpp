#include "quality/diff/row_value.hpp"

#include <gtest/gtest.h>

#include "rows/json_text.hpp"

namespace sluice {
namespace {

std::string value(std::string_view json, bool untyped = false) { return RowValues(untyped).value(token_of(json)); }

TEST(RowValues, AreEqualHoweverTheyAreWritten) {
    EXPECT_EQ(value("1.50"), value("15e-1"));
    EXPECT_EQ(value("200"), value("2e2"));
    EXPECT_EQ(value("\"\\u0041\""), value("\"A\""));
    EXPECT_EQ(value("[1, {\"a\":2}]"), value("[1,{\"a\": 2}]"));
    EXPECT_EQ(value("null"), "");
}

TEST(RowValues, DifferWhereValuesDo) {
    EXPECT_NE(value("1"), value("\"1\""));
    EXPECT_NE(value("0.1"), value("0.1000000000000000055511151231257827"));
    EXPECT_NE(value("true"), value("1"));
    EXPECT_NE(value("\"\""), value("null"));
    EXPECT_NE(value("1e9999999999999999999"), value("1e9999999999999999998"));
}

TEST(RowValues, WithoutTypesATextMayBeANumber) {
    EXPECT_EQ(value("\"1.50\"", true), value("1.5", true));
    for (const char* text : {"\"007\"", "\"+1\"", "\"1.\"", "\" 1\"", "\"\"", "\"1e\"", "\"0x1\"", "\"n/a\""})
        EXPECT_EQ(value(text, true), value(text)) << text;
}

DiffRow row_of(std::vector<std::pair<std::string_view, Token>> fields) {
    return {.number = 1, .fields = std::move(fields)};
}

TEST(RowValues, OfARowAreInNoOrderAndNullIsAbsent) {
    RowValues values(false);
    const Digest digest = values.row(row_of({{"a", token_of("1")}, {"b", token_of("2")}}));
    EXPECT_EQ(values.row(row_of({{"b", token_of("2.0")}, {"c", token_of("null")}, {"a", token_of("1")}})), digest);
    EXPECT_NE(values.row(row_of({{"a", token_of("2")}, {"b", token_of("1")}})), digest);
    EXPECT_NE(values.row(row_of({{"ab", token_of("1")}, {"", token_of("2")}})), digest);
}

TEST(RowValues, OfAKeyAreInItsOrder) {
    RowValues values(false);
    const DiffRow row = row_of({{"a", token_of("1")}, {"b", token_of("2")}});
    EXPECT_EQ(values.key(row, {"a", "b"}),
              values.key(row_of({{"b", token_of("2")}, {"a", token_of("1.0")}}), {"a", "b"}));
    EXPECT_NE(values.key(row, {"a", "b"}), values.key(row, {"b", "a"}));
    EXPECT_EQ(values.key(row, {"x"}), values.key(row_of({{"x", token_of("null")}}), {"x"}));
}

}  // namespace
}  // namespace sluice
