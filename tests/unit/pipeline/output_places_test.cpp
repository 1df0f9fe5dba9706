#include "pipeline/output_places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using ::testing::HasSubstr;

TEST(OutputPlaces, NoTwoOutputsAreOneFile) {
    OutputPlaces places;
    const LogicalOutput output;
    EXPECT_FALSE(places.take("/out/a.json", true, {&output, "a.json", "local:out"}));
    EXPECT_FALSE(places.take("/out/b.json", true, {&output, "b.json", "local:out"}));
    const auto same = places.take("/out/a.json", true, {&output, "out/a.json", "local:."});
    ASSERT_TRUE(same);
    EXPECT_THAT(*same, HasSubstr("output 'out/a.json' to local:. and output 'a.json' ("));
    EXPECT_THAT(*same, HasSubstr("would be one file, '/out/a.json'"));
}

TEST(OutputPlaces, AFileIsNoFolderOfAnother) {
    for (const auto& [first, second] : {std::pair("/out/a", "/out/a/b/c"), std::pair("/out/a/b/c", "/out/a")}) {
        OutputPlaces places;
        const LogicalOutput output;
        EXPECT_FALSE(places.take(first, true, {&output, "first", "local:."}));
        EXPECT_FALSE(places.take("/out/a.b", true, {&output, "beside", "local:."}));
        const auto fault = places.take(second, true, {&output, "second", "local:."});
        ASSERT_TRUE(fault);
        EXPECT_THAT(*fault, HasSubstr("'/out/a' would be a file and a folder"));
    }
}

TEST(OutputPlaces, InABucketAKeyMayBeginWithAnother) {
    OutputPlaces places;
    const LogicalOutput output;
    EXPECT_FALSE(places.take("s3://h/b/a", false, {&output, "a", "s3://b"}));
    EXPECT_FALSE(places.take("s3://h/b/a/b", false, {&output, "a/b", "s3://b"}));
    EXPECT_TRUE(places.take("s3://h/b/a", false, {&output, "a", "s3://b"}));
}

}  // namespace
}  // namespace sluice
