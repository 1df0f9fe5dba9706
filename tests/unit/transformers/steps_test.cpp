// Steps from config text to nodes of the logical plan, through the real loader.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "transformers/aggregate_call.hpp"
#include "transformers/cast.hpp"
#include "transformers/count_by.hpp"
#include "transformers/dedupe.hpp"
#include "transformers/derive.hpp"
#include "transformers/drop.hpp"
#include "transformers/fill.hpp"
#include "transformers/filter.hpp"
#include "transformers/group_by.hpp"
#include "transformers/join.hpp"
#include "transformers/mask.hpp"
#include "transformers/rename.hpp"
#include "transformers/select.hpp"
#include "transformers/sort.hpp"
#include "transformers/sql.hpp"
#include "transformers/union.hpp"
#include "transformers/unnest.hpp"
#include "unit/config/real_schemas.hpp"

namespace sluice {
namespace {

Result<Config> load_step(const std::string& step, const SqlHooks& hooks = {}) {
    std::string path = (std::filesystem::temp_directory_path() / "step_XXXXXX").string();
    const int descriptor = mkstemp(path.data());
    if (descriptor >= 0) close(descriptor);
    std::ofstream(path)
        << "version: 1\npipeline: p\ndata_sources:\n  - {name: a, path: a.jsonl}\n  - {name: b, path: b.jsonl}\n"
        << "transforms:\n  - name: step\n"
        << step << "outputs: [{from: a, format: json}]\ndestinations: [{type: local}]\n";
    ConfigSchemas schemas = test::real_schemas();
    schemas.sql = hooks;
    auto config = load_config({.path = path, .set = {}, .environment = {}}, schemas);
    std::filesystem::remove(path);
    return config;
}

template <typename Step, typename NodeType>
NodeType node_of(const std::string& text, const std::vector<std::string>& inputs, const SqlHooks& hooks = {}) {
    const auto config = load_step(text, hooks);
    EXPECT_TRUE(config) << config.error().message;
    if (!config) return {};
    Diagnostics diagnostics;
    const auto step = Step::from_config(config->transforms.at(0), diagnostics);
    EXPECT_TRUE(step && diagnostics.empty());
    if (!step) return {};
    std::vector<std::string> names;
    std::vector<RelationId> ids;
    for (const LocatedText& input : step->inputs()) {
        names.push_back(input.value);
        ids.push_back(10 + ids.size());
    }
    EXPECT_EQ(names, inputs);
    return std::get<NodeType>(step->node(ids));
}

TEST(Join, TakesEveryFormOfUsing) {
    const auto one = node_of<JoinStep, JoinNode>("    join: {left: a, right: b, using: user_id}\n", {"a", "b"});
    EXPECT_EQ(one.left, 10);
    EXPECT_EQ(one.right, 11);
    ASSERT_EQ(one.shape.keys.size(), 1);
    EXPECT_EQ(one.shape.keys[0].right, "user_id");
    EXPECT_EQ(one.shape.how, JoinKind::inner);
    EXPECT_EQ(one.shape.left_suffix, "_x");

    const auto two = node_of<JoinStep, JoinNode>(
        "    join: {left: a, right: b, using: [day, {left: uid, right: user_id}, \"\"], how: anti, suffixes: ['', "
        "_b]}\n",
        {"a", "b"});
    ASSERT_EQ(two.shape.keys.size(), 3);
    EXPECT_EQ(two.shape.keys[0].left, "day");
    EXPECT_EQ(two.shape.keys[1].left, "uid");
    EXPECT_EQ(two.shape.keys[1].right, "user_id");
    EXPECT_EQ(two.shape.keys[2].left, "");
    EXPECT_EQ(two.key_locations.size(), 3);
    EXPECT_EQ(two.key_locations[1].column, 44);
    EXPECT_EQ(two.shape.how, JoinKind::anti);
    EXPECT_EQ(two.shape.left_suffix, "");
    EXPECT_EQ(two.shape.right_suffix, "_b");

    const auto map =
        node_of<JoinStep, JoinNode>("    join: {left: a, right: a, using: {left: x, right: y}}\n", {"a", "a"});
    EXPECT_EQ(map.shape.keys.at(0).right, "y");
}

TEST(CountBy, TakesOneColumnOrSeveral) {
    EXPECT_EQ((node_of<CountByStep, CountByNode>("    from: a\n    count_by: no\n", {"a"}).keys),
              std::vector<std::string>{"no"});
    EXPECT_EQ((node_of<CountByStep, CountByNode>("    from: b\n    count_by: [x, '', \"select *\"]\n", {"b"}).keys),
              (std::vector<std::string>{"x", "", "select *"}));
}

TEST(GroupBy, KeepsTheOrderOfItsColumns) {
    const auto node = node_of<GroupByStep, GroupByNode>(
        "    from: a\n    group_by: [x, y]\n    aggregate: {n: count(*), worst: max(t), best: min(t), gap: 'last(u) "
        "'}\n",
        {"a"});
    EXPECT_EQ(node.keys, (std::vector<std::string>{"x", "y"}));
    ASSERT_EQ(node.aggregates.size(), 4);
    EXPECT_EQ(node.aggregates[1].name, "worst");
    EXPECT_EQ(node.aggregates[3].function, Aggregation::last);
    EXPECT_EQ(node.aggregates[3].column, "u");
}

struct Call {
    const char* text;
    Aggregation function;
    std::optional<std::string> column;
    std::optional<std::string> argument;
};

TEST(AggregateCall, SplitsColumnsFromExpressions) {
    const std::vector<Call> calls{
        {"count(*)", Aggregation::count, {}, {}},
        {"count( )", Aggregation::count, {}, {}},
        {"count(x)", Aggregation::count, "x", {}},
        {" AVG ( response_time ) ", Aggregation::avg, "response_time", {}},
        {"sum(\"a \"\"b\"\" (c\")", Aggregation::sum, "a \"b\" (c", {}},
        {"min(\"\")", Aggregation::min, "", {}},
        {"max(größe)", Aggregation::max, "größe", {}},
        {"first(a.b)", Aggregation::first, {}, "a.b"},
        {"sum(a + b)", Aggregation::sum, {}, "a + b"},
        {"avg(5)", Aggregation::avg, {}, "5"},
        {"sum(\"a\" + \"b\")", Aggregation::sum, {}, "\"a\" + \"b\""},
        {"sum(coalesce(a, (1)))", Aggregation::sum, {}, "coalesce(a, (1))"},
        {"count_distinct(lower(x || ')'))", Aggregation::count_distinct, {}, "lower(x || ')')"},
        {"mean_gap(timestamp_x)", Aggregation::mean_gap, "timestamp_x", {}},
    };
    for (const Call& call : calls) {
        Diagnostics diagnostics;
        const auto column = read_aggregate("n", {call.text, {}}, diagnostics);
        ASSERT_TRUE(column) << call.text;
        EXPECT_EQ(column->function, call.function) << call.text;
        EXPECT_EQ(column->column, call.column) << call.text;
        EXPECT_EQ(column->argument ? std::optional(column->argument->text) : std::nullopt, call.argument) << call.text;
    }
}

TEST(AggregateCall, RefusesWhatIsNotOneCall) {
    for (const char* text : {"", "avg", "avg(", "avg)", "(x)", "avg(x", "avg(x))", "avg(x) + 1", "1 + avg(x)",
                             "avg(x) (y)", "avg('x)", "median(x)", "sum()", "sum(*"}) {
        Diagnostics diagnostics;
        EXPECT_FALSE(read_aggregate("n", {text, {}}, diagnostics)) << text;
        EXPECT_EQ(diagnostics.list().size(), 1) << text;
    }
}

TEST(Select, CarriesOrComputes) {
    const auto node =
        node_of<SelectStep, SelectNode>("    from: a\n    select: [x, {y: x + 1, z: lower(x)}, \"\"]\n", {"a"});
    ASSERT_EQ(node.columns.size(), 4);
    EXPECT_FALSE(node.columns[0].expression);
    EXPECT_EQ(node.columns[1].name, "y");
    EXPECT_EQ(node.columns[1].expression->text, "x + 1");
    EXPECT_EQ(node.columns[2].name, "z");
    EXPECT_EQ(node.columns[3].name, "");
}

TEST(Sort, TakesDescendingKeys) {
    const auto node = node_of<SortStep, SortNode>("    from: a\n    sort: [-n, key]\n", {"a"});
    ASSERT_EQ(node.keys.size(), 2);
    EXPECT_EQ(node.keys[0].column, "n");
    EXPECT_TRUE(node.keys[0].descending);
    EXPECT_FALSE(node.keys[1].descending);
    EXPECT_EQ((node_of<SortStep, SortNode>("    from: a\n    sort: -n\n", {"a"}).keys.at(0).column), "n");
}

TEST(Filter, KeepsItsTextAndPlace) {
    const auto node = node_of<FilterStep, FilterNode>("    from: a\n    filter: status_code >= 400\n", {"a"});
    EXPECT_EQ(node.condition.text, "status_code >= 400");
    EXPECT_EQ(node.condition.location.line, 9);
    EXPECT_EQ(node.condition.location.column, 13);
}

TEST(Union, TakesTwoInputsOrMore) {
    EXPECT_EQ((node_of<UnionStep, UnionNode>("    union: [a, b, a]\n", {"a", "b", "a"}).inputs),
              (std::vector<RelationId>{10, 11, 12}));
    EXPECT_FALSE(load_step("    union: a\n"));
}

TEST(Unnest, TakesItsOptions) {
    const auto plain = node_of<UnnestStep, UnnestNode>("    from: a\n    unnest: tags\n", {"a"});
    EXPECT_EQ(plain.column.name, "tags");
    EXPECT_EQ(plain.as, "tags");
    EXPECT_FALSE(plain.keep_empty);
    const auto full =
        node_of<UnnestStep, UnnestNode>("    from: a\n    unnest: tags\n    as: ''\n    keep_empty: true\n", {"a"});
    EXPECT_EQ(full.as, "");
    EXPECT_TRUE(full.keep_empty);
}

TEST(Dedupe, KeepsTheFirstUnlessTold) {
    EXPECT_FALSE((node_of<DedupeStep, DedupeNode>("    from: a\n    dedupe: id\n", {"a"}).keep_last));
    const auto last = node_of<DedupeStep, DedupeNode>("    from: a\n    dedupe: [id, day]\n    keep: last\n", {"a"});
    EXPECT_TRUE(last.keep_last);
    ASSERT_EQ(last.keys.size(), 2);
    EXPECT_EQ(last.keys[1].name, "day");
    EXPECT_FALSE(load_step("    from: a\n    dedupe: [id, id]\n"));
    EXPECT_FALSE(load_step("    from: a\n    dedupe: id\n    keep: any\n"));
}

TEST(Derive, KeepsTheOrderOfTheText) {
    const auto node = node_of<DeriveStep, DeriveNode>("    from: a\n    derive: {z: x + 1, y: z}\n", {"a"});
    ASSERT_EQ(node.columns.size(), 2);
    EXPECT_EQ(node.columns[0].name, "z");
    EXPECT_EQ(node.columns[0].expression->text, "x + 1");
    EXPECT_EQ(node.columns[1].name, "y");
    EXPECT_FALSE(load_step("    from: a\n    derive: {}\n"));
    EXPECT_FALSE(load_step("    from: a\n    derive: {x: }\n"));
    EXPECT_FALSE(load_step("    from: a\n    derive: [x]\n"));
}

TEST(Rename, TakesAMap) {
    const auto node = node_of<RenameStep, RenameNode>("    from: a\n    rename: {x: y, y: x, z: ''}\n", {"a"});
    ASSERT_EQ(node.columns.size(), 3);
    EXPECT_EQ(node.columns[1].column.name, "y");
    EXPECT_EQ(node.columns[1].to, "x");
    EXPECT_FALSE(load_step("    from: a\n    rename: {x: y, z: y}\n"));
}

TEST(Drop, TakesOneOrMore) {
    EXPECT_EQ((node_of<DropStep, DropNode>("    from: a\n    drop: x\n", {"a"}).columns.at(0).name), "x");
    EXPECT_EQ((node_of<DropStep, DropNode>("    from: a\n    drop: [x, '']\n", {"a"}).columns.at(1).name), "");
}

TEST(Cast, TakesTypesAsSourcesDo) {
    const auto node = node_of<CastStep, CastNode>(
        "    from: a\n    cast: {n: number, at: {as: timestamp, timezone: Asia/Jakarta}}\n", {"a"});
    ASSERT_EQ(node.columns.size(), 2);
    EXPECT_EQ(node.columns[0].type.type, Type::number);
    EXPECT_EQ(node.columns[1].type.notation.timezone, "Asia/Jakarta");
    EXPECT_FALSE(node.null_on_error);
    for (const char* null : {"null", "\"null\""})
        EXPECT_TRUE((node_of<CastStep, CastNode>(
                         std::string("    from: a\n    cast: {n: number}\n    on_type_error: ") + null + "\n", {"a"})
                         .null_on_error));
    EXPECT_EQ((node_of<CastStep, CastNode>("    from: a\n    cast: {at: {as: timestamp, format: '%d/%m/%Y'}}\n", {"a"})
                   .columns.at(0)
                   .type.notation.format),
              "%d/%m/%Y");
    EXPECT_FALSE(load_step("    from: a\n    cast: {n: decimal}\n"));
    EXPECT_FALSE(load_step("    from: a\n    cast: {n: {as: number, format: epoch_s}}\n"));
    EXPECT_FALSE(load_step("    from: a\n    cast: {at: {as: timestamp, format: '%q'}}\n"));
}

TEST(Fill, KnowsTextFromNumbersByTheirQuotes) {
    const auto node = node_of<FillStep, FillNode>(
        "    from: a\n    fill: {a: 0, b: '0', c: 1.50, d: true, e: \"true\", f: no, g: '', h: 2026-01-01}\n", {"a"});
    std::vector<std::string> tokens;
    for (const FilledColumn& column : node.columns) tokens.push_back(column.token);
    EXPECT_EQ(tokens,
              (std::vector<std::string>{"0", "\"0\"", "1.50", "true", "\"true\"", "\"no\"", "\"\"", "\"2026-01-01\""}));
    for (const char* value : {"010", "+1", ".5", "1_000", "null", "[1]"})
        EXPECT_FALSE(load_step(std::string("    from: a\n    fill: {a: ") + value + "}\n")) << value;
}

TEST(Mask, NeedsALongKeyForHmac) {
    const auto node =
        node_of<MaskStep, MaskNode>("    from: a\n    mask: {e: hmac, c: last4}\n    key: 0123456789abcdef\n", {"a"});
    ASSERT_EQ(node.columns.size(), 2);
    EXPECT_EQ(node.columns[0].method, MaskMethod::hmac);
    EXPECT_EQ(node.columns[1].method, MaskMethod::last4);
    EXPECT_EQ(node.key.reveal(), "0123456789abcdef");
    EXPECT_TRUE(load_step("    from: a\n    mask: {c: last4}\n"));
    EXPECT_FALSE(load_step("    from: a\n    mask: {e: hmac}\n"));
    const auto short_key = load_step("    from: a\n    mask: {e: hmac}\n    key: canarycanary\n");
    ASSERT_FALSE(short_key);
    EXPECT_EQ(short_key.error().message.find("canarycanary"), std::string::npos) << short_key.error().message;
}

TEST(Expressions, AreCheckedAtTheirPlace) {
    SqlHooks hooks;
    hooks.check_expression = [](const std::string& text) {
        return text.find("bad") == std::string::npos ? std::nullopt
                                                     : std::optional<std::string>("syntax error at 'bad'");
    };
    for (const char* step : {"    from: a\n    filter: bad\n", "    from: a\n    select: [bad, {y: bad x}]\n",
                             "    from: a\n    group_by: bad\n    aggregate: {n: sum(bad +), bad: sum(bad)}\n"}) {
        const auto config = load_step(step, hooks);
        ASSERT_FALSE(config) << step;
        const std::string& message = config.error().message;
        EXPECT_NE(message.find("not an expression: syntax error at 'bad'"), std::string::npos) << message;
        EXPECT_EQ(message.find("not an expression"), message.rfind("not an expression"))
            << message;  // columns are names
    }
}

TEST(Sql, ReadsWhatFromNamesOrWhatTheStatementNames) {
    EXPECT_EQ((node_of<SqlStep, SqlNode>("    from: [a, b, a]\n    sql: select 1\n", {"a", "b"}).inputs),
              (std::vector<RelationId>{10, 11}));
    SqlHooks hooks;
    hooks.tables_of_sql = [](const std::string& sql) -> Result<std::vector<std::string>> {
        if (sql == "selec") return config_error("sql", "syntax error at or near \"selec\"");
        return std::vector<std::string>{"b", "a"};
    };
    EXPECT_EQ((node_of<SqlStep, SqlNode>("    sql: select * from b, a\n", {"b", "a"}, hooks).sql.text),
              "select * from b, a");
    EXPECT_TRUE(load_step("    from: [a, b]\n    sql: x\n", hooks));

    const auto unnamed = load_step("    from: a\n    sql: x\n", hooks);
    ASSERT_FALSE(unnamed);
    EXPECT_NE(unnamed.error().message.find("the statement reads 'b', which `from` does not name"), std::string::npos);
    const auto syntax = load_step("    sql: selec\n", hooks);
    ASSERT_FALSE(syntax);
    EXPECT_NE(syntax.error().message.find(":8:10: syntax error"), std::string::npos) << syntax.error().message;

    hooks.tables_of_sql = [](const std::string&) -> Result<std::vector<std::string>> {
        return std::vector<std::string>{"step"};
    };
    const auto cycle = load_step("    sql: select * from step\n", hooks);
    ASSERT_FALSE(cycle);
    EXPECT_NE(cycle.error().message.find("this closes a cycle: step -> step"), std::string::npos);
}

}  // namespace
}  // namespace sluice
