// What is tricky between bytes and the tree: places, characters, variables, typed texts, near names.

#include <gtest/gtest.h>

#include <map>

#include "config/characters.hpp"
#include "config/config_hash.hpp"
#include "config/scalar_types.hpp"
#include "config/source_text.hpp"
#include "config/tree_reader.hpp"
#include "config/variables.hpp"

namespace sluice {
namespace {

struct Read {
    std::optional<Tree> tree;
    Diagnostics diagnostics;
};

Read read_text(std::string text, bool json = false) {
    Read result;
    const auto source = SourceText::check("c", std::move(text), json, result.diagnostics);
    if (source) result.tree = read_tree(*source, result.diagnostics);
    return result;
}

std::string place_of(const Tree* node) { return node == nullptr ? "absent" : node->location().text(); }

TEST(TreeReader, CountsColumnsInCharacters) {
    const Read read = read_text("a: 1\r\n\"日本\": {é: x, ключ: y}\n");
    ASSERT_TRUE(read.tree);
    const Tree* inner = read.tree->find("日本");
    ASSERT_NE(inner, nullptr);
    EXPECT_EQ(place_of(inner), "c:2:7");
    EXPECT_EQ(place_of(inner->find("é")), "c:2:11");
    EXPECT_EQ(place_of(inner->find("ключ")), "c:2:20");
}

TEST(TreeReader, SkipsAByteOrderMark) {
    const Read read = read_text(
        "\xEF\xBB\xBF"
        "a: 1\n");
    ASSERT_TRUE(read.tree);
    EXPECT_EQ(read.tree->entries().at(0).key.location().text(), "c:1:1");
}

TEST(TreeReader, DoesNotTakeLineSeparatorsForLines) {
    const Read read = read_text("a: \"x\xE2\x80\xA8y\"\nb: z\n");  // U+2028, a line break for libyaml
    ASSERT_TRUE(read.tree);
    EXPECT_EQ(place_of(read.tree->find("b")), "c:2:4");
}

TEST(TreeReader, KeepsPlacesBehindDecodedSurrogatePairs) {
    const Read read =
        read_text(R"({"a": "\ud83d\ude00", "b": "\\ud83d\ude00", "c": "é\uD83D\uDE00\uD83D\uDE00", "d":1})", true);
    ASSERT_TRUE(read.diagnostics.empty() || !read.tree) << read.diagnostics.to_error().message;
    // b holds an escaped backslash, and then a lone low surrogate: refused.
    ASSERT_EQ(read.diagnostics.list().size(), 1);
    const Read good =
        read_text(R"({"a": "\ud83d\ude00", "b": "\\ud83d", "c": "é\uD83D\uDE00\uD83D\uDE00", "d":1})", true);
    ASSERT_TRUE(good.tree);
    EXPECT_EQ(good.tree->find("a")->text(), "\U0001F600");
    EXPECT_EQ(good.tree->find("b")->text(), "\\ud83d");
    EXPECT_EQ(good.tree->find("c")->text(), "é\U0001F600\U0001F600");
    EXPECT_EQ(place_of(good.tree->find("b")), "c:1:28");
    EXPECT_EQ(place_of(good.tree->find("d")), "c:1:77");
}

TEST(TreeReader, OnlyPlainWordsAreNull) {
    const Read read = read_text("a: null\nb: ~\nc:\nd: 'null'\ne: \"\"\nf: no\n");
    ASSERT_TRUE(read.tree);
    for (const char* key : {"a", "b", "c"}) EXPECT_TRUE(read.tree->find(key)->is_null()) << key;
    EXPECT_EQ(read.tree->find("d")->text(), "null");
    EXPECT_TRUE(read.tree->find("e")->is_scalar());
    EXPECT_EQ(read.tree->find("f")->text(), "no");
}

TEST(TreeReader, TakesSixtyFourLevels) {
    EXPECT_TRUE(read_text(std::string(64, '[') + std::string(64, ']')).tree);
    EXPECT_FALSE(read_text(std::string(65, '[') + std::string(65, ']')).tree);
    EXPECT_FALSE(read_text(std::string(500'000, '[')).tree);
    EXPECT_FALSE(read_text(std::string(500'000, '{')).tree);
}

TEST(Characters, AreStrictUtf8) {
    for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                            "\xF4\x90\x80\x80", "\xF5", "\xE2\x82"}) {
        EXPECT_EQ(first_character(bad).length, 0);
    }
    EXPECT_EQ(first_character("\xF4\x8F\xBF\xBF").code_point, 0x10FFFF);
    EXPECT_EQ(showable("a\x1b[31m\xFF\n"), "a\xEF\xBF\xBD[31m\xEF\xBF\xBD ");
}

class ReplacedVariables : public testing::Test {
protected:
    std::string replaced(const std::string& text) {
        Tree tree = Tree::scalar({}, text);
        const auto environment = [&](const std::string& name) {
            const auto found = values_.find(name);
            return found == values_.end() ? std::nullopt : std::optional(found->second);
        };
        Diagnostics diagnostics;
        replace_variables(tree, Variables{.environment = environment}, diagnostics);
        EXPECT_EQ(tree.faulty(), !diagnostics.empty());
        return tree.faulty() ? "fault: " + diagnostics.list().front().message : tree.text();
    }

    std::map<std::string, std::string> values_{{"A", "a"}, {"EMPTY", ""}, {"TRICKY", "${A} $${ } x: [y"}};
};

TEST_F(ReplacedVariables, HaveFourForms) {
    EXPECT_EQ(replaced("<${A}${EMPTY}>"), "<a>");
    EXPECT_EQ(replaced("${A:-x} ${EMPTY:-x} ${NONE:-x} ${NONE:-}"), "a x x ");
    EXPECT_EQ(replaced("${A:+x}|${EMPTY:+x}|${NONE:+x}|"), "x|||");
    EXPECT_EQ(replaced("${A:?m}"), "a");
    EXPECT_EQ(replaced("${EMPTY:?say why}"), "fault: variable 'EMPTY' is empty: say why");
    EXPECT_EQ(replaced("${NONE:?}"), "fault: variable 'NONE' is not set: it is required");
    EXPECT_EQ(replaced("${NONE}"), "fault: variable 'NONE' is not set");
}

TEST_F(ReplacedVariables, NestAndEscape) {
    EXPECT_EQ(replaced("$${A} $A $$ {A} }"), "${A} $A $$ {A} }");
    EXPECT_EQ(replaced("${NONE:-${EMPTY:-${A}}}"), "a");
    EXPECT_EQ(replaced("${A:-${NONE}}"), "a");  // a default that is not needed need not be set
    EXPECT_EQ(replaced("${EMPTY:+${NONE}}."), ".");
    EXPECT_EQ(replaced("${NONE:-$${x}"), "${x");
}

TEST_F(ReplacedVariables, ValuesAreNotReadAgain) { EXPECT_EQ(replaced("${TRICKY}"), "${A} $${ } x: [y"); }

TEST_F(ReplacedVariables, RefuseOtherForms) {
    for (const char* bad : {"${A-x}", "${}", "${1A}", "${A:x}", "${a.b}", "${A b}", "${ A}"}) {
        EXPECT_NE(replaced(bad).find("is not a variable"), std::string::npos) << bad;
    }
    for (const char* bad : {"${", "${A", "${A:", "${A:-", "${A:-x", "${NONE:?x", "${NONE:-${A}"}) {
        EXPECT_NE(replaced(bad).find("has no closing brace"), std::string::npos) << bad;
    }
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "${B:-";
    EXPECT_EQ(replaced(deep), "fault: variables nested deeper than 16");
}

TEST(ScalarTypes, AreExact) {
    EXPECT_EQ(parse_integer("-9223372036854775808"), INT64_MIN);
    EXPECT_EQ(parse_integer("010"), 10);
    EXPECT_EQ(parse_integer("+7"), 7);
    for (const char* bad : {"", "+", "+-1", "1.0", "1e3", "0x10", " 1", "1 ", "9223372036854775808"})
        EXPECT_FALSE(parse_integer(bad)) << bad;
    EXPECT_EQ(parse_boolean("True"), true);
    for (const char* bad : {"yes", "no", "on", "1", "tRUE", ""}) EXPECT_FALSE(parse_boolean(bad)) << bad;
    EXPECT_EQ(parse_duration("90s"), std::chrono::seconds(90));
    EXPECT_EQ(parse_duration("2 m"), std::chrono::minutes(2));
    EXPECT_EQ(parse_duration("90d"), std::chrono::hours(90 * 24));
    for (const char* bad : {"10", "-1s", "1.5s", "s", "1w", "18446744073709551615h"})
        EXPECT_FALSE(parse_duration(bad)) << bad;
    EXPECT_EQ(parse_bytes("2GiB"), 2ULL << 30U);
    EXPECT_EQ(parse_bytes("1000"), 1000);
    for (const char* bad : {"", "GiB", "1.5GiB", "-1", "1gib", "18446744073709551615KiB", "18446744073709551616"})
        EXPECT_FALSE(parse_bytes(bad)) << bad;
}

TEST(NearestName, CountsSwapsAsOneEdit) {
    const std::vector<std::string_view> names{"column", "count_by", "type", "types", "path"};
    EXPECT_EQ(nearest_name("colum", names), "column");
    EXPECT_EQ(nearest_name("count_yb", names), "count_by");
    EXPECT_EQ(nearest_name("typs", names), "types");
    EXPECT_EQ(nearest_name("PATH", names), "path");
    EXPECT_EQ(nearest_name("paht", names), "path");
    EXPECT_EQ(nearest_name("xy", names), "");
    EXPECT_EQ(nearest_name("", names), "");
    EXPECT_EQ(nearest_name(std::string(100'000, 'x'), names), "");
}

std::string hash(const std::string& text, bool json = false) {
    const Read read = read_text(text, json);
    return read.tree ? config_hash(*read.tree, {}).value_or("failed") : "unread";
}

TEST(ConfigHash, IsOfWhatTheConfigSays) {
    const std::string first = hash("a: 1\nb: [x, {c: y}]\n");
    EXPECT_EQ(first.size(), 64);
    EXPECT_EQ(hash("# comment\nb:\n  - 'x'\n  - c: \"y\"\nd:\na:   1\n"), first);
    EXPECT_EQ(hash(R"({"b": ["x", {"c": "y"}], "a": 1})", true), first);
    for (const char* other : {"a: 2\nb: [x, {c: y}]\n", "a: 1\nb: [{c: y}, x]\n", "a: 1\nb: [x, {c: y}, ]\ne: ''\n",
                              "a: 1\nb: [x, 'c: y']\n"}) {
        EXPECT_NE(hash(other), first) << other;
    }
}

}  // namespace
}  // namespace sluice
