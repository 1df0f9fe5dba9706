#include "monitoring/page/report_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "monitoring/page/masked_text.hpp"
#include "monitoring/page/page_template.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

// What stands between the two parts of the template.
std::string data_in(const std::string& page) {
    return page.substr(kPageBeforeData.size(), page.size() - kPageBeforeData.size() - kPageAfterData.size());
}

PageContent content() {
    PageContent content;
    content.run.run = "20261128T030000Z-3f9a1c";
    content.run.status = "done";
    return content;
}

TEST(MaskedText, KeepsTheShapeOfARowAndNothingOfWhatItSays) {
    EXPECT_EQ(masked_text(R"({"id": 17, "name": "Bj)"), R"({"xx": 00, "xxxx": "xx)");
    EXPECT_EQ(masked_text("+49 (30) 901-820"), "+00 (00) 000-000");
    EXPECT_EQ(masked_text("gr\xC3\xB6\xC3\x9F\x65 \xF0\x9F\x98\x80"), "xxxxx x");
    EXPECT_EQ(masked_text(""), "");
}

TEST(ReportPage, TheTemplateIsOnePageWithAMark) {
    EXPECT_TRUE(kPageBeforeData.starts_with("<!doctype html>"));
    EXPECT_TRUE(kPageAfterData.ends_with("</html>\n"));
    EXPECT_LT(kPageBeforeData.find(kPageMark), 512U);
    EXPECT_TRUE(kPageBeforeData.ends_with(R"(<script type="application/json" id="data">)"));
}

TEST(ReportPage, NoTextEndsTheData) {
    PageContent hostile = content();
    hostile.run.pipeline = "</script><script>alert(1)</script> & \xE2\x80\xA8 \xE2\x80\xA9";
    const std::string data = data_in(report_page(hostile));
    EXPECT_EQ(data.find_first_of("<>&"), std::string::npos);
    EXPECT_THAT(
        data, HasSubstr(R"("\u003c/script\u003e\u003cscript\u003ealert(1)\u003c/script\u003e \u0026 \u2028 \u2029")"));
}

TEST(ReportPage, BytesThatAreNoTextBecomeReplacements) {
    PageContent broken = content();
    broken.run.config_path = "a\xFFz";
    EXPECT_THAT(data_in(report_page(broken)), HasSubstr("\"a\xEF\xBF\xBDz\""));
}

TEST(ReportPage, ExamplesOfChecksAndRejectedRowsAreMaskedUnlessTheyAreAskedFor) {
    PageContent page = content();
    page.run.checks.push_back({.on = "users",
                               .check = "not_null(mail)",
                               .severity = "warn",
                               .met = false,
                               .rows = 10,
                               .failing = 1,
                               .expected = "at most 0 rows",
                               .found = "1 of 10 rows (10%)",
                               .examples = {{.place = "users.jsonl:7", .value = "jane@example.org"}}});
    page.rejected.push_back({.source = "users",
                             .file = "users.jsonl",
                             .line = 3,
                             .code = "bad_literal",
                             .message = "no value",
                             .column = "ms",
                             .row = "hunter2"});
    const std::string masked = data_in(report_page(page));
    EXPECT_THAT(masked, HasSubstr("users.jsonl:7"));
    EXPECT_THAT(masked, HasSubstr("xxxx@xxxxxxx.xxx"));
    EXPECT_THAT(masked, HasSubstr(R"("row":"xxxxxx0")"));
    EXPECT_THAT(masked, Not(HasSubstr("jane@example.org")));
    page.masked = false;
    const std::string shown = data_in(report_page(page));
    EXPECT_THAT(shown, HasSubstr("jane@example.org"));
    EXPECT_THAT(shown, HasSubstr("hunter2"));
}

}  // namespace
}  // namespace sluice
