#include "engine/duckdb/duckdb_engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace sluice {
namespace {

using testing::HasSubstr;

std::unique_ptr<DuckdbEngine> open_engine(DuckdbSettings settings = {.threads = 2}) {
    auto engine = DuckdbEngine::open(std::move(settings));
    EXPECT_TRUE(engine) << engine.error().message;
    return engine ? std::move(*engine) : nullptr;
}

OutputColumn column(std::string name) { return {std::move(name), Meaning::value, {}}; }

// The one value that `expression` gives; "!" and the reason when it fails.
std::string value_of(DuckdbEngine& engine, const std::string& expression) {
    const auto rows = engine.rows("SELECT " + expression);
    if (!rows) return "!" + rows.error().code + ": " + rows.error().message;
    return (*rows)[0][0].value_or("NULL");
}

TEST(DuckdbEngine, KeysAreThoseOfTheOtherEngines) {
    const auto engine = open_engine();
    EXPECT_EQ(value_of(*engine, "sl_key('200') = sl_key('2e2') AND sl_key('200') = sl_key('200.0')"), "true");
    EXPECT_EQ(value_of(*engine, "sl_key('1') = sl_key('\"1\"')"), "false");
    EXPECT_EQ(value_of(*engine, "sl_key('9007199254740993') = sl_key('9007199254740992')"), "false");
    EXPECT_EQ(value_of(*engine, "sl_key('false') < sl_key('true') AND sl_key('true') < sl_key('-1e400')"), "true");
    EXPECT_EQ(value_of(*engine, "sl_key(NULL)"), "NULL");
    EXPECT_EQ(value_of(*engine, "sl_key_token(sl_key('2e2'), false)"), "200");
    EXPECT_THAT(value_of(*engine, "sl_key('1e9999999999999999999')"), HasSubstr("more than 18 digits"));
}

TEST(DuckdbEngine, TokensBecomeValuesAndBack) {
    const auto engine = open_engine();
    EXPECT_EQ(value_of(*engine, R"(sl_plain('"a\u0041\n"'))"), "aA\n");
    EXPECT_EQ(value_of(*engine, R"(sl_plain('[1, 2]'))"), "[1, 2]");
    EXPECT_EQ(value_of(*engine, "sl_quote('a\"b')"), R"("a\"b")");
    EXPECT_EQ(value_of(*engine, "sl_double(1e22::DOUBLE)"), "1e+22");
    EXPECT_EQ(value_of(*engine, "sl_double(0.1::DOUBLE)"), "0.1");
    EXPECT_THAT(value_of(*engine, "sl_double('inf'::DOUBLE)"), HasSubstr("!evaluation: a computed number is beyond"));
    EXPECT_EQ(value_of(*engine, "sl_decimal('12.50e-4')::DECIMAL(38,6)"), "0.001250");
    EXPECT_EQ(value_of(*engine, "sl_decimal('-1.5e3')"), "-1500");
    EXPECT_EQ(value_of(*engine, "sl_decimal('0.0')"), "0.0");
    EXPECT_EQ(value_of(*engine, "sl_interval(INTERVAL 1 DAY + INTERVAL 1 MICROSECOND)"), "86400000001000");
    EXPECT_THAT(value_of(*engine, "sl_interval(INTERVAL 1 MONTH)"), HasSubstr("no fixed length"));
    EXPECT_EQ(value_of(*engine, "sl_duration('-86400000002000')"), "-1 day -00:00:00.000002");
    EXPECT_THAT(value_of(*engine, "sl_duration('-86400000001500')"), HasSubstr("finer than the microseconds"));
    EXPECT_EQ(value_of(*engine, R"(sl_json('{"a":[1,2.50]}'))"), R"({"a": [1, 2.50]})");
    EXPECT_THAT(value_of(*engine, "sl_json(to_json(['nan'::DOUBLE])::VARCHAR)"), HasSubstr("!evaluation"));
    EXPECT_EQ(value_of(*engine, R"(sl_json('{"a":"NaN \"Infinity"}'))"), R"({"a": "NaN \"Infinity"})");
    EXPECT_EQ(value_of(*engine, "sl_mean_gap(10, 4)"), "2");
}

TEST(DuckdbEngine, NumberClassesSayWhatCannotHoldAValue) {
    const auto engine = open_engine();
    EXPECT_EQ(value_of(*engine, "sl_number_class('9223372036854775807')"), "4");
    EXPECT_EQ(value_of(*engine, "sl_number_class('9223372036854775808')"), "5");
    EXPECT_EQ(value_of(*engine, "sl_number_class('1.5')"), "3");
    EXPECT_EQ(value_of(*engine, "sl_number_class('-5')"), "0");
    EXPECT_EQ(value_of(*engine, "sl_number_class('0.1234567890123456789')"), "7");
}

TEST(DuckdbEngine, TimesFollowTheZoneOfTheirColumn) {
    auto jakarta = TimeReader::of({.timezone = "Asia/Jakarta"});
    ASSERT_TRUE(jakarta);
    const auto engine = open_engine({.threads = 1, .times = {TimeReader(), *jakarta}});
    EXPECT_EQ(value_of(*engine, R"(sl_time('"1970-01-01 07:00:01"', 1, false))"), "1000000000");
    EXPECT_EQ(value_of(*engine, R"(sl_time('"1970-01-01T00:00:00.5Z"', 1, false))"), "500000000");
    EXPECT_EQ(value_of(*engine, "sl_iso(make_timestamp(-1))"), "\"1969-12-31T23:59:59.999999Z\"");
    EXPECT_EQ(value_of(*engine, "sl_iso_ns(make_timestamp_ns(-1))"), "\"1969-12-31T23:59:59.999999999Z\"");
    EXPECT_THAT(value_of(*engine, "sl_iso('infinity'::TIMESTAMP)"), HasSubstr("infinite"));
}

TEST(DuckdbEngine, SumsAreExactInAnyOrder) {
    const auto engine = open_engine();
    ASSERT_TRUE(
        engine->run("CREATE TABLE t AS SELECT i, CASE i % 3 WHEN 0 THEN '1e16' WHEN 1 THEN '1.5' ELSE '-1e16' END "
                    "AS c FROM range(300000) r(i)"));
    EXPECT_EQ(value_of(*engine, "sl_checked(sl_sum_or_fault(c)) FROM t"), "150000.0");
    EXPECT_EQ(value_of(*engine, "sl_checked(sl_avg_or_fault(c)) FROM t"), "0.5");
    EXPECT_EQ(value_of(*engine, "sl_checked(sl_sum_or_fault('99999999999999999999')) FROM range(2)"),
              "199999999999999999998");
    EXPECT_EQ(value_of(*engine, "sl_checked(sl_avg_or_fault(NULL))"), "NULL");
    EXPECT_EQ(value_of(*engine, "count(*) FROM (SELECT i % 1000, sl_checked(sl_sum_or_fault(c)) FROM t GROUP BY ALL)"),
              "1000");
    EXPECT_THAT(value_of(*engine, "sl_checked(sl_sum_or_fault('true'))"), HasSubstr("true is not a number"));
    EXPECT_THAT(value_of(*engine, "sl_checked(sl_sum_or_fault('1e10001'))"), HasSubstr("beyond +-10,000"));
}

TEST(DuckdbEngine, NothingOutsideIsWithinReach) {
    const auto engine = open_engine();
    for (const std::string sql :
         {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd.csv'",
          "COPY (SELECT 1) TO '/tmp/sluice.csv'", "ATTACH '/tmp/sluice.db'", "INSTALL httpfs", "LOAD httpfs",
          "SET threads = 1", "SET enable_external_access = true", "SELECT * FROM glob('/*')", "SELECT getenv('HOME')",
          "SELECT * FROM read_text('/etc/hostname')"}) {
        const auto result = engine->run(sql);
        EXPECT_FALSE(result) << sql;
    }
}

TEST(DuckdbEngine, FailuresSayWhoMustAct) {
    const auto engine = open_engine();
    const auto unbound = engine->describe("SELECT nothing FROM range(1)");
    ASSERT_FALSE(unbound);
    EXPECT_EQ(unbound.error().kind, ErrorKind::data);
    EXPECT_EQ(unbound.error().code, "does_not_bind");
    EXPECT_THAT(unbound.error().message, testing::Not(HasSubstr("LINE")));
    const auto bad_value = engine->run("SELECT 'x'::INTEGER FROM range(1)");
    ASSERT_FALSE(bad_value);
    EXPECT_EQ(bad_value.error().code, "evaluation");

    const auto small = open_engine({.threads = 1, .memory_bytes = 20 << 20});
    const auto full = small->run("CREATE TABLE t AS SELECT list(repeat('x', 1000) || i) FROM range(1000000) r(i)");
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind, ErrorKind::external) << full.error().message;
    EXPECT_EQ(full.error().code, "out_of_memory") << full.error().message;
}

TEST(DuckdbEngine, StreamsStayOpenSideBySideAndTheSpillFolderGoes) {
    const auto folder = std::filesystem::temp_directory_path() / "sluice-engine-test";
    std::filesystem::create_directories(folder);
    {
        const auto engine = open_engine({.threads = 2, .temp_dir = folder});
        ASSERT_TRUE(engine->run("CREATE TABLE t AS SELECT i AS o, i::VARCHAR AS c0 FROM range(10000) r(i)"));
        auto up = engine->stream("SELECT c0 FROM t ORDER BY o", {column("a")});
        auto down = engine->stream("SELECT c0, NULL::VARCHAR FROM t ORDER BY o DESC", {column("a"), column("b")});
        ASSERT_TRUE(up);
        ASSERT_TRUE(down);
        std::size_t rows = 0;
        for (;;) {
            const auto batch = (*up)->next();
            ASSERT_TRUE(batch) << batch.error().message;
            if (*batch == nullptr) break;
            EXPECT_EQ((*batch)->columns[0][0].view(), std::to_string(rows));
            EXPECT_EQ((*batch)->columns[0][0].kind, Kind::number);
            rows += (*batch)->rows;
            const auto other = (*down)->next();
            ASSERT_TRUE(other);
            ASSERT_NE(*other, nullptr);
            EXPECT_TRUE((*other)->columns[1][0].is_null());
        }
        EXPECT_EQ(rows, 10000U);
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    std::filesystem::remove_all(folder);
}

TEST(DuckdbEngine, AStopInterruptsAQuery) {
    StopFlag stop;
    const auto engine = open_engine({.threads = 1, .stop = &stop});
    std::jthread stopper([&stop] { stop.set(SIGINT); });
    const auto result = engine->run("SELECT sum(a.i * b.i) FROM range(10000000) a(i), range(10000000) b(i)");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::interrupted);
    EXPECT_EQ(result.error().signal, SIGINT);
}

}  // namespace
}  // namespace sluice
