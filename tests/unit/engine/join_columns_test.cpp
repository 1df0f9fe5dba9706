#include "engine/join_columns.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Names = std::vector<std::string>;

// "name=left/right" for each column, with the sides' own names; "-" for a side that it does not come from.
std::vector<std::string> joined(const Names& left, const Names& right, const JoinShape& shape) {
    std::vector<std::string> described;
    const auto columns = join_columns(left, right, shape);
    if (!columns) return {"error: " + columns.error().code};
    for (const JoinedColumn& column : *columns) {
        described.push_back(column.name + "=" + (column.left ? left[*column.left] : "-") + "/" +
                            (column.right ? right[*column.right] : "-"));
    }
    return described;
}

JoinShape on(std::vector<JoinKey> keys, JoinKind how = JoinKind::inner) {
    return {.how = how, .keys = std::move(keys)};
}

TEST(JoinColumns, OfTheMainJob) {
    EXPECT_THAT(
        joined({"user_id", "timestamp", "action"}, {"timestamp", "user_id", "status"}, on({{"user_id", "user_id"}})),
        ElementsAre("user_id=user_id/user_id", "timestamp_x=timestamp/-", "action=action/-", "timestamp_y=-/timestamp",
                    "status=-/status"));
}

TEST(JoinColumns, KeysOfDifferentNames) {
    EXPECT_THAT(joined({"uid", "user_id"}, {"user_id", "n"}, on({{"uid", "user_id"}})),
                ElementsAre("uid=uid/user_id", "user_id=user_id/-", "n=-/n"));
    EXPECT_THAT(joined({"uid"}, {"user_id", "uid"}, on({{"uid", "user_id"}})),
                ElementsAre("uid_x=uid/user_id", "uid_y=-/uid"));
}

TEST(JoinColumns, KeysThatASideLacks) {
    EXPECT_THAT(joined({"k", "a"}, {"b"}, on({{"k", "k"}})), ElementsAre("k=k/-", "a=a/-", "b=-/b"));
    EXPECT_THAT(joined({"a"}, {"b", "k", "c"}, on({{"k", "k"}})), ElementsAre("a=a/-", "b=-/b", "k=-/k", "c=-/c"));
    EXPECT_THAT(joined({}, {}, on({{"k", "k"}})), ElementsAre());
}

TEST(JoinColumns, SemiAndAntiGiveTheLeftColumns) {
    for (const JoinKind how : {JoinKind::semi, JoinKind::anti}) {
        EXPECT_THAT(joined({"k", "a"}, {"k", "a", "b"}, on({{"k", "k"}}, how)), ElementsAre("k=k/-", "a=a/-"));
    }
}

TEST(JoinColumns, ClashesAreRefusedByName) {
    const Names left{"k", "a", "a_x"};
    const Names right{"k", "a"};
    const auto columns = join_columns(left, right, on({{"k", "k"}}));
    ASSERT_FALSE(columns);
    EXPECT_EQ(columns.error().kind, ErrorKind::data);
    EXPECT_EQ(columns.error().code, "name_clash");
    EXPECT_THAT(columns.error().message, HasSubstr("'a_x': left 'a' and left 'a_x'"));

    EXPECT_THAT(joined({"k", "a_y", "a"}, {"k", "a"}, on({{"k", "k"}})), ElementsAre("error: name_clash"));
    JoinShape same = on({{"k", "k"}});
    same.left_suffix = same.right_suffix = "_s";
    EXPECT_THAT(joined({"k", "a"}, {"k", "a"}, same), ElementsAre("error: name_clash"));
}

TEST(JoinColumns, NamesAreData) {
    EXPECT_THAT(joined({"", "A", "a"}, {"", "A"}, on({{"", ""}})), ElementsAre("=/", "A_x=A/-", "a=a/-", "A_y=-/A"));
}

}  // namespace
}  // namespace sluice
