#include "cli/option_values.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice {
namespace {

using testing::HasSubstr;

TEST(OptionValues, SizesTakeUnitsInAnyCase) {
    EXPECT_EQ(parse_size("1000").value(), 1000U);
    EXPECT_EQ(parse_size("64KiB").value(), 64U * 1024);
    EXPECT_EQ(parse_size("64kib").value(), 64U * 1024);
    EXPECT_EQ(parse_size("10MB").value(), 10'000'000U);
    EXPECT_EQ(parse_size("2GiB").value(), 2ULL << 30U);
    EXPECT_EQ(parse_size("64B").value(), 64U);
    EXPECT_EQ(parse_size("18446744073709551615").value(), UINT64_MAX);
}

TEST(OptionValues, SizesThatAreNoneAreRefusedWithAReason) {
    EXPECT_THAT(parse_size("").error().message, HasSubstr("is not a size"));
    EXPECT_THAT(parse_size("-1").error().message, HasSubstr("is not a size"));
    EXPECT_THAT(parse_size("1.5GiB").error().message, HasSubstr("is not a size"));
    EXPECT_THAT(parse_size("2 GiB").error().message, HasSubstr("is not a size"));
    EXPECT_THAT(parse_size("2XiB").error().message, HasSubstr("is not a size"));
    EXPECT_THAT(parse_size("2G").error().message, HasSubstr("did you mean '2GiB'?"));
    EXPECT_THAT(parse_size("0").error().message, HasSubstr("greater than zero"));
    EXPECT_THAT(parse_size("0GiB").error().message, HasSubstr("greater than zero"));
    EXPECT_THAT(parse_size("99999999999999999999").error().message, HasSubstr("too large"));
    EXPECT_THAT(parse_size("99999999TiB").error().message, HasSubstr("too large"));
}

TEST(OptionValues, ThreadsAreAWholeNumberFromOne) {
    EXPECT_EQ(parse_thread_count("1").value(), 1);
    EXPECT_EQ(parse_thread_count("1024").value(), 1024);
    for (const char* text : {"0", "-1", "1025", "", "2x", "1.5", "99999999999999999999"}) {
        EXPECT_FALSE(parse_thread_count(text)) << text;
    }
}

TEST(OptionValues, ChoicesNameTheNearest) {
    EXPECT_EQ(parse_choice("plain", {"auto", "plain"}).value(), "plain");
    EXPECT_EQ(parse_choice("plaim", {"auto", "plain"}).error().message,
              "'plaim' is not one of auto, plain; did you mean 'plain'?");
    EXPECT_EQ(parse_choice("x", {"auto", "plain"}).error().message, "'x' is not one of auto, plain");
}

TEST(OptionValues, AssignmentsNeedAPath) {
    EXPECT_EQ(parse_assignment("a.b=").value(), "a.b=");
    EXPECT_EQ(parse_assignment("a=b=c").value(), "a=b=c");
    EXPECT_FALSE(parse_assignment("a.b"));
    EXPECT_FALSE(parse_assignment("=b"));
}

}  // namespace
}  // namespace sluice
