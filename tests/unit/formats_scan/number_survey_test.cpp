// What a survey says of a column's numbers.
#include "formats/scan/number_survey.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sluice::formats {
namespace {

NumberSurvey survey_of(const std::vector<std::string>& numbers) {
    NumberSurvey survey;
    Ordinal ordinal = 0;
    for (const std::string& number : numbers) survey_number(number, ordinal++, survey);
    return survey;
}

TEST(NumberSurvey, Integers) {
    const NumberSurvey survey = survey_of({"0", "-5", "123", "9223372036854775807", "-9223372036854775808"});
    EXPECT_TRUE(survey.all_integers && survey.fits_int64 && survey.fits_int128);
    EXPECT_FALSE(survey.fits_double) << "2^63 - 1 is no double";
    EXPECT_EQ(survey.integer_digits, 19U);
    EXPECT_EQ(survey.scale, 0U);

    EXPECT_FALSE(survey_of({"9223372036854775808"}).fits_int64);
    EXPECT_TRUE(survey_of({"9223372036854775808"}).fits_int128);
    EXPECT_FALSE(survey_of({"-9223372036854775809"}).fits_int64);
    EXPECT_TRUE(survey_of({"170141183460469231731687303715884105727"}).fits_int128);
    EXPECT_FALSE(survey_of({"170141183460469231731687303715884105728"}).fits_int128);
    EXPECT_TRUE(survey_of({"-170141183460469231731687303715884105728"}).fits_int128);
    EXPECT_FALSE(survey_of({"-170141183460469231731687303715884105729"}).fits_int128);
    EXPECT_FALSE(survey_of({"1.0"}).fits_int64);
    EXPECT_FALSE(survey_of({"1e3"}).all_integers);
}

TEST(NumberSurvey, DigitsOfThePlainValue) {
    const auto digits = [](const std::string& number) {
        const NumberSurvey survey = survey_of({number});
        return std::to_string(survey.integer_digits) + "." + std::to_string(survey.scale);
    };
    EXPECT_EQ(digits("1.50"), "1.2");
    EXPECT_EQ(digits("-12.5"), "2.1");
    EXPECT_EQ(digits("0.05"), "0.2");
    EXPECT_EQ(digits("1e5"), "6.0");
    EXPECT_EQ(digits("1e-5"), "0.5");
    EXPECT_EQ(digits("1.50e1"), "2.1");
    EXPECT_EQ(digits("12345e-2"), "3.2");
    EXPECT_EQ(digits("0"), "0.0");
    EXPECT_EQ(digits("0.000"), "0.3");
    EXPECT_EQ(digits("0e-50"), "0.0");
    // Just below and above what takes the short way.
    EXPECT_EQ(digits("-1234567890123456"), "16.0");
    EXPECT_EQ(digits("12345678901234567"), "17.0");
    EXPECT_EQ(digits("0.00000000000001"), "0.14");
    EXPECT_EQ(digits("0.000000000000001"), "0.15");
}

TEST(NumberSurvey, Doubles) {
    for (const char* exact :
         {"0.1", "1.50", "1e22", "123456789012345", "-0.0", "1e300", "5e-324", "9007199254740992"}) {
        EXPECT_TRUE(survey_of({exact}).fits_double) << exact;
    }
    for (const char* lossy : {"0.1234567890123456789", "9007199254740993", "1e400", "1e-400", "1e20000"}) {
        EXPECT_FALSE(survey_of({lossy}).fits_double) << lossy;
    }
}

TEST(NumberSurvey, FirstPlaces) {
    const NumberSurvey survey = survey_of({"1", "1e38", "1e39", "1e10000", "1e10001", "1e-99999999999999999999"});
    EXPECT_TRUE(survey.beyond_decimal);
    EXPECT_EQ(survey.first_beyond_decimal, 1U) << "39 digits";
    EXPECT_TRUE(survey.huge_exponent);
    EXPECT_EQ(survey.first_huge_exponent, 4U);
    EXPECT_FALSE(survey_of({"99999999999999999999999999999999999999"}).beyond_decimal) << "38 digits";
    EXPECT_TRUE(survey_of({"1234567890.12345678901234567890123456789"}).beyond_decimal);
}

TEST(NumberSurvey, MergesAsIfOneThreadHadSeenAll) {
    NumberSurvey left;
    NumberSurvey right;
    survey_number("1.25", 10, left);
    survey_number("1e20000", 30, left);
    survey_number("123", 5, right);
    survey_number("1e20000", 20, right);
    merge_surveys(right, left);
    EXPECT_FALSE(left.all_integers || left.fits_int64 || left.fits_double);
    EXPECT_EQ(left.integer_digits, 3U);
    EXPECT_EQ(left.scale, 2U);
    EXPECT_EQ(left.first_huge_exponent, 20U);
}

}  // namespace
}  // namespace sluice::formats
