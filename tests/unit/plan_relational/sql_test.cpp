#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/plan_relational/plan_case.hpp"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kRows =
    "{\"user id\":1,\"n\":3,\"t\":\"x\",\"m\":1}\n{\"user id\":2,\"n\":1.5,\"t\":\"y\",\"m\":\"one\"}\n{\"user "
    "id\":1,\"n\":null,\"t\":\"\\u0041\"}\n";

CaseResult query(const std::string& sql) {
    PlanCase plan;
    const RelationId in = plan.source("in", kRows);
    const RelationId other = plan.source("other table", "{\"id\":2,\"w\":\"two\"}\n{\"id\":1,\"w\":\"one\"}\n");
    return plan.run(plan.sql("query", {in, other}, sql));
}

TEST(RelationalSql, SeesRealNamesAndTypes) {
    const CaseResult result =
        query("SELECT \"user id\", count(*) AS rows, sum(n) AS total FROM \"in\" GROUP BY \"user id\"");
    EXPECT_THAT(result.columns, ElementsAre("user id", "rows", "total"));
    EXPECT_EQ(result.text(), "1 2 3.0\n2 1 1.5");
    EXPECT_EQ(query("SELECT w, t FROM \"in\" JOIN \"other table\" o ON o.id = \"user id\" WHERE n IS NOT NULL").text(),
              "\"one\" \"x\"\n\"two\" \"y\"");
    EXPECT_EQ(query("WITH a AS (SELECT max(n) AS n FROM \"in\") SELECT * FROM a").text(), "3.0");
}

TEST(RelationalSql, ResultsHaveAnOrder) {
    EXPECT_EQ(query("SELECT n, t FROM \"in\"").text(), "1.5 \"y\"\n3 \"x\"\n- \"\\u0041\"");
    EXPECT_EQ(query("SELECT t, \"user id\" AS u FROM \"in\" ORDER BY u DESC").text(),
              "\"y\" 2\n\"\\u0041\" 1\n\"x\" 1");
    EXPECT_EQ(query("SELECT t FROM \"in\" LIMIT 1").text(), "\"\\u0041\"");
    EXPECT_EQ(query("SELECT count(*) FROM (SELECT t FROM \"in\" ORDER BY \"user id\" LIMIT 2) WHERE t < 'y'").text(),
              "2");
    EXPECT_EQ(query("SELECT 2 AS a UNION ALL SELECT 1").text(), "1\n2");
    std::string expected;
    for (int row = 9999; row >= 0; --row) expected += (expected.empty() ? "" : "\n") + std::to_string(row);
    EXPECT_EQ(query("SELECT range AS r FROM range(10000) ORDER BY -r").text(), expected);
}

TEST(RelationalSql, MixedColumnsAreCarriedOrCast) {
    EXPECT_EQ(query("SELECT t, m FROM \"in\"").text(), "\"\\u0041\" -\n\"x\" 1\n\"y\" \"one\"");
    EXPECT_EQ(query("SELECT CAST(m AS VARCHAR) || '!' AS c FROM \"in\" WHERE m IS NOT NULL").error_code, "no_type");
    EXPECT_EQ(query("SELECT CAST(m AS VARCHAR) || '!' AS c FROM \"in\"").text(), "\"1!\"\n\"one!\"\n-");
    EXPECT_EQ(query("SELECT TRY_CAST(i.m AS INTEGER) + 1 AS c FROM \"in\" i").text(), "2\n-\n-");
    EXPECT_THAT(query("SELECT m + 1 FROM \"in\"").error, HasSubstr("text \"one\" at in.jsonl:2"));
}

TEST(RelationalSql, WhatCannotBeRepeatedIsRefused) {
    for (const char* sql :
         {"SELECT random()", "SELECT t FROM \"in\" USING SAMPLE 1", "SELECT t, current_date FROM \"in\"",
          "SELECT t FROM \"in\" WHERE now() > TIMESTAMP '2020-01-01'", "SELECT Current_Setting('threads')",
          "SELECT row_number() OVER () FROM (SELECT t FROM \"in\")",
          "WITH w AS (SELECT t FROM \"in\") SELECT list(t) FROM w",
          "SELECT first_value(t) OVER () FROM (SELECT t FROM \"in\")", "SELECT geomean(n) FROM \"in\"",
          "SELECT reservoir_quantile(n, 0.5) FROM \"in\"", "SELECT * FROM \"in\" POSITIONAL JOIN \"other table\"",
          "SELECT min(t COLLATE NOCASE) FROM \"in\"", "SELECT json_group_array(t) FROM \"in\"",
          "SELECT n FROM \"in\" ASOF JOIN \"other table\" o ON n >= o.id"}) {
        const CaseResult result = query(sql);
        EXPECT_EQ(result.error_kind, ErrorKind::data) << sql << result.text();
        EXPECT_THAT(result.error, HasSubstr("config.yaml:2:1: step 'query': ")) << sql;
    }
    EXPECT_THAT(query("SELECT today()").error, HasSubstr("--param date="));
    EXPECT_EQ(query("SELECT t AS \"user\" FROM \"in\" ORDER BY t COLLATE NOCASE LIMIT 1").text(), "\"\\u0041\"");
}

// Rows that the user's order leaves equal stand in input order.
TEST(RelationalSql, EqualRowsAreToldApart) {
    const auto of = [](const std::string& sql) {
        PlanCase plan;
        std::string lines;
        for (int row = 0; row < 200; ++row)
            lines += fmt::format("{{\"i\":{},\"k\":{},\"v\":{}.5e0}}\n", (row * 37) % 200, row % 4, row % 3);
        const RelationId in = plan.source("in", lines);
        return plan.run(plan.sql("query", {in}, sql)).text();
    };
    EXPECT_EQ(of("SELECT first(i) AS f, last(i) AS l, any_value(i) AS a, arg_max(i, k) AS m, mode(k) AS o FROM \"in\""),
              "0 163 0 111 0");
    EXPECT_EQ(of("SELECT k, first(i ORDER BY v) AS f FROM \"in\" WHERE k < 2 GROUP BY k"), "0 0\n1 133");
    EXPECT_EQ(of("SELECT i, row_number() OVER (PARTITION BY k ORDER BY v) AS r FROM \"in\" QUALIFY r = 1 ORDER BY k"),
              "0 1\n133 1\n22 1\n111 1");
    EXPECT_EQ(of("SELECT DISTINCT last_value(i) OVER (PARTITION BY k ORDER BY v) AS l FROM \"in\" WHERE k = 1 LIMIT 3"),
              "89\n141\n193");
    EXPECT_EQ(of("SELECT sum(i) AS s FROM (SELECT *, v + 1 AS w FROM \"in\" ORDER BY v LIMIT 3)"), "133");
    EXPECT_EQ(of("SELECT DISTINCT ON (k) k, i FROM \"in\" ORDER BY k"), "0 0\n1 1\n2 2\n3 3");
    EXPECT_EQ(of("WITH w AS (SELECT k, v FROM \"in\") SELECT row_number() OVER (ORDER BY k) AS r FROM w QUALIFY r = 1"),
              "1");
    EXPECT_EQ(of("SELECT k, count(*) AS n, row_number() OVER (ORDER BY count(*)) AS r FROM \"in\" GROUP BY k"),
              "0 50 1\n1 50 2\n2 50 3\n3 50 4");
    EXPECT_EQ(of("(SELECT * FROM \"in\" UNION ALL SELECT * FROM \"in\") ORDER BY v LIMIT 2"), "0 0 0.5\n0 0 0.5");
}

TEST(RelationalSql, SumsInWindowsAreExact) {
    const auto of = [](const std::string& sql) {
        PlanCase plan;
        std::string lines;
        for (int row = 0; row < 3000; ++row)
            lines += row % 3 == 0 ? "{\"v\":1e16}\n" : row % 3 == 1 ? "{\"v\":0.3}\n" : "{\"v\":-1e16}\n";
        const RelationId in = plan.source("in", lines);
        return plan.run(plan.sql("query", {in}, sql)).text();
    };
    EXPECT_EQ(of("SELECT DISTINCT sum(v / 1) OVER () AS s, avg(v) OVER () AS a, fsum(v) OVER () AS f FROM \"in\""),
              "300.0 0.1 300.0");
    EXPECT_EQ(of("SELECT max(s) AS s FROM (SELECT sum(v / 1) OVER (ORDER BY v) AS s FROM \"in\" WHERE v > 0)"),
              "1e+19");
}

TEST(RelationalSql, SumsAndMeansAreExact) {
    std::string lines;
    for (int row = 0; row < 3000; ++row)
        lines += row % 3 == 0   ? "{\"g\":1,\"v\":1e16,\"d\":0.1}\n"
                 : row % 3 == 1 ? "{\"g\":1,\"v\":0.3,\"d\":0.2}\n"
                                : "{\"g\":1,\"v\":-1e16,\"d\":0.3}\n";
    PlanCase plan;
    const RelationId in = plan.source("in", lines);
    EXPECT_EQ(plan.run(plan.sql("q", {in}, "SELECT sum(v / 1) AS s, avg(v / 1) AS a FROM \"in\"")).text(), "300.0 0.1");
    EXPECT_EQ(
        plan.run(plan.sql("q", {in}, "SELECT g, avg(d) AS a, sum(d) AS s FROM \"in\" GROUP BY g HAVING mean(d) > 0"))
            .text(),
        "1 0.2 600.0");
    EXPECT_EQ(
        plan.run(plan.sql("q", {in},
                          "WITH w AS (SELECT v / 1 AS x, d FROM \"in\") SELECT sum(x) FILTER (WHERE d < 0.3) AS s, "
                          "(SELECT avg(x) FROM w) AS a FROM w WHERE d > 0.1"))
            .text(),
        "300.0 0.1");
    const CaseResult named = plan.run(plan.sql("q", {in}, "SELECT avg(d), sum(g) AS n FROM \"in\""));
    EXPECT_THAT(named.columns, ElementsAre("avg(d)", "n"));
    EXPECT_EQ(named.text(), "0.2 3000");
}

TEST(RelationalSql, OnlyRelationsAreWithinReach) {
    for (const char* sql :
         {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM sl.s0", "SELECT * FROM s0", "DROP TABLE x",
          "SELECT * FROM duckdb_tables()", "SELECT getenv('HOME')", "SELECT * FROM '/etc/passwd'", "SELECT 1; SELECT 2",
          "SELECT nothing FROM \"in\"", "SELECT sl_nothing(1)"})
        EXPECT_EQ(query(sql).error_kind, ErrorKind::data) << sql << query(sql).text();
}

TEST(RelationalSql, NamesThatSqlCannotTellApartAreRefusedWhereTheyAreRead) {
    PlanCase plan;
    const RelationId in = plan.source("in", "{\"a\":1,\"A\":2,\"b\":3}\n");
    const RelationId unnamed = plan.source("unnamed", "{\"\":1,\"b\":3}\n");
    EXPECT_THAT(plan.run(plan.sql("q", {in}, "SELECT b FROM \"in\"")).error,
                HasSubstr("'a' and 'A' of 'in' differ only in case"));
    EXPECT_THAT(plan.run(plan.sql("q", {unnamed}, "SELECT b FROM unnamed")).error, HasSubstr("without a name"));
    const RelationId narrow = plan.select(in, {{"b", ""}});
    EXPECT_EQ(plan.run(plan.sql("q", {narrow}, "SELECT b FROM selected")).text(), "3");
    EXPECT_THAT(plan.run(plan.sql("q", {narrow}, "SELECT b, b FROM selected")).error, HasSubstr("two columns"));
}

TEST(RelationalSql, NoRowsAreNoFault) {
    PlanCase plan;
    const RelationId in = plan.source("in", "");
    EXPECT_EQ(
        plan.run(plan.sql("q", {in}, "SELECT action, count(*) AS n FROM \"in\" WHERE x > 1 GROUP BY action")).text(),
        "");
    EXPECT_EQ(plan.run(plan.sql("q", {in}, "SELECT count(x) AS n FROM \"in\"")).text(), "0");
    const CaseResult typed =
        plan.run(plan.sql("q", {in}, "SELECT lower(x) AS l, x.y AS z, sum(v) AS s FROM \"in\" GROUP BY ALL"));
    EXPECT_EQ(typed.text(), "");
    EXPECT_THAT(typed.columns, ElementsAre("l", "z", "s"));
}

TEST(RelationalSql, ResultsCanBeReadByOtherSteps) {
    PlanCase plan;
    const RelationId in = plan.source("in", kRows);
    const RelationId first = plan.sql("first", {in}, "SELECT t, n * 2 AS n2 FROM \"in\" ORDER BY t DESC");
    EXPECT_EQ(plan.run(plan.filter(first, "n2 > 3.5")).text(), "\"x\" 6.0");
    EXPECT_EQ(plan.run(plan.sql("second", {first, in}, "SELECT count(*) AS n FROM first f JOIN \"in\" i ON i.t = f.t"))
                  .text(),
              "3");
    EXPECT_EQ(plan.run(plan.join(first, in, {"t"})).rows.size(), 3U);
}

}  // namespace
}  // namespace sluice::test
