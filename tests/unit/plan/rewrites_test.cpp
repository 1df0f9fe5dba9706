#include "plan/rewrites.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace sluice {
namespace {

TEST(Rewrites, NamesAreInTheOrderOfTheEnumeration) {
    const auto& names = rewrite_names();
    ASSERT_EQ(names.size(), 4U);
    EXPECT_TRUE(std::ranges::is_sorted(names));
    EXPECT_EQ(names[static_cast<std::size_t>(Rewrite::scan_once)], "scan_once");
}

TEST(Rewrites, AllAreOnUnlessNamed) {
    const auto set = RewriteSet::without({"eager_serialisation"});
    ASSERT_TRUE(set);
    EXPECT_FALSE(set->has(Rewrite::eager_serialisation));
    EXPECT_TRUE(set->has(Rewrite::eager_aggregation));
    EXPECT_TRUE(set->has(Rewrite::needed_columns));
    EXPECT_TRUE(set->has(Rewrite::scan_once));
}

TEST(Rewrites, AnUnknownNameIsTheUsersFaultAndGetsTheNearest) {
    const auto set = RewriteSet::without({"eager_agregation"});
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, ErrorKind::config);
    EXPECT_THAT(set.error().message, testing::HasSubstr("did you mean 'eager_aggregation'?"));
}

}  // namespace
}  // namespace sluice
