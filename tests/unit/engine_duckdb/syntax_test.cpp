#include "engine/duckdb/syntax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> tables(const std::string& sql) {
    auto names = tables_of_sql(sql);
    if (!names) return {"!" + names.error().message};
    return *names;
}

TEST(Syntax, TablesAreFoundWhereverTheyStand) {
    EXPECT_THAT(tables("SELECT 1"), ElementsAre());
    EXPECT_THAT(tables("SELECT * FROM b JOIN a USING (k), b AS c"), ElementsAre("b", "a"));
    EXPECT_THAT(tables("FROM \"odd name\" WHERE x IN (SELECT y FROM z)"), ElementsAre("odd name", "z"));
    EXPECT_THAT(tables("WITH w AS (SELECT * FROM a), v AS (FROM w) SELECT * FROM W, v UNION ALL SELECT * FROM d"),
                ElementsAre("a", "d"));
    EXPECT_THAT(tables("SELECT (SELECT max(x) FROM a) FROM range(3), (WITH q AS (SELECT 1) SELECT * FROM q) s, q"),
                ElementsAre("a", "q"));
}

TEST(Syntax, OnlyOneSelectOfRelationsIsAllowed) {
    EXPECT_THAT(tables("SELECT 1; SELECT 2"), ElementsAre(HasSubstr("one SELECT")));
    EXPECT_THAT(tables("DELETE FROM a"), ElementsAre(HasSubstr("only SELECT")));
    EXPECT_THAT(tables("ATTACH 'x'"), ElementsAre(HasSubstr("only SELECT")));
    EXPECT_THAT(tables("SELECT * FROM read_csv('x')"), ElementsAre(HasSubstr("read_csv() is not allowed")));
    EXPECT_THAT(tables("SELECT * FROM sluice_scan(0)"), ElementsAre(HasSubstr("sluice_scan() is not allowed")));
    EXPECT_THAT(tables("SELECT * FROM main.t"), ElementsAre(HasSubstr("plain names")));
    EXPECT_THAT(tables("DESCRIBE a"), ElementsAre(HasSubstr("not allowed")));
    EXPECT_THAT(tables("SELECT x +"), ElementsAre(HasSubstr("at character 11")));
    EXPECT_THAT(tables("SELECT ?"), ElementsAre(HasSubstr("parameters")));
}

TEST(Syntax, ExpressionsAreOneExpression) {
    for (const char* good : {"x >= 400", "\"odd name\" + 1", "lower(x) = 'a' -- why", "CASE WHEN a THEN 1 END",
                             "list_transform(l, lambda q: q + x)", "count(*)", "x::DECIMAL(10,2)"})
        EXPECT_EQ(expression_fault(good), std::nullopt) << good;
    const std::pair<const char*, const char*> bad[] = {
        {"", "an expression is expected"}, {"x >= ", "at character"},          {"a, b", "not a list"},
        {"x AS y", "without a name"},      {"1 FROM t", "without clauses"},    {"DISTINCT x", "without clauses"},
        {"(SELECT 1)", "subquery"},        {"row_number() OVER ()", "window"}, {"*", "name the column"},
        {"x = 1e400", "beyond"},           {"x; DROP TABLE t", "SELECT"},      {"x LIMIT 1", "without clauses"},
    };
    for (const auto& [text, reason] : bad) EXPECT_THAT(expression_fault(text).value_or(""), HasSubstr(reason)) << text;
}

TEST(Syntax, TextSurvivesTheTree) {
    for (const std::string text :
         {"((x + 1) > 2)", "lower(\"Odd Name\")", "CAST(a AS DECIMAL(10,2))", "(x = 12345678901234567890123.5)",
          "(x = 170141183460469231731687303715884105727)"}) {
        const auto tree = parse_expression(text);
        ASSERT_TRUE(tree) << tree.error().message;
        const auto back = expression_text(*tree);
        ASSERT_TRUE(back) << back.error().message;
        EXPECT_EQ(*back, text);
    }
}

}  // namespace
}  // namespace sluice
