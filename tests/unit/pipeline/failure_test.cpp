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

TEST(Failure, BadRowsAreCountedAndShownWithPlaceByteAndText) {
    const std::vector<SourceReport> sources{{.name = "logs", .rows = 8997, .bad_rows = 3, .bytes = 0, .seconds = 0},
                                            {.name = "users", .rows = 4, .bad_rows = 0, .bytes = 0, .seconds = 0}};
    BadRow row;
    row.file = "logs.jsonl";
    row.line = 5;
    row.fault = 812;
    row.code = "truncated";
    row.message = "the line ends inside an object";
    row.excerpt = "{\"user_id\": \"u4\"";
    const Error error = bad_rows_error(sources, {row});
    EXPECT_EQ(exit_code(error), 3);
    EXPECT_THAT(error.message, testing::HasSubstr("3 of 9,000 rows of 'logs' are bad"));
    EXPECT_THAT(error.message, testing::Not(testing::HasSubstr("users")));
    EXPECT_THAT(error.message, testing::HasSubstr("logs.jsonl:5: byte 812: truncated: the line ends inside an object"));
    EXPECT_THAT(error.message, testing::HasSubstr("\n    {\"user_id\": \"u4\""));
}

}  // namespace
}  // namespace sluice
