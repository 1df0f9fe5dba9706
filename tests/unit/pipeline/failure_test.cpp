#include "pipeline/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(Failure, ThreeLinesSayWhatFailedWhatIsPublishedAndWhatToType) {
    const auto lines = failure_lines(external_error("disk_full", "cannot write 'a.json': No space left on device"),
                                     {.command = "sluice run a.yaml", .published = "nothing"});
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0], "failed: cannot write 'a.json': No space left on device");
    EXPECT_EQ(lines[1], "published: nothing");
    EXPECT_THAT(lines[2], testing::AllOf(testing::StartsWith("next: "), testing::EndsWith("sluice run a.yaml")));
}

TEST(Failure, BadRowsCanBeMendedOrLeftOut) {
    const auto lines = failure_lines(data_error("bad_rows", "2 of 3 rows"),
                                     {.command = "sluice run", .published = "nothing", .accept = "--set a=2"});
    EXPECT_EQ(lines[2],
              "next: mend these rows, then type again: sluice run\n  or go on without them: sluice run --set a=2");
}

}  // namespace
}  // namespace sluice
