#include "alerting/mail.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "utils/base64.hpp"

namespace sluice {
namespace {

using testing::HasSubstr;
using testing::Not;

AlertMessage naughty() {
    AlertMessage message;
    message.id = "run1.ops\r\nBcc: x@example.com";
    message.thread = "run1";
    message.time = WallTime(std::chrono::seconds(1'795'921'200));
    message.zone = "Asia/Jakarta";
    message.language = "en";
    message.title = "gagal\r\nBcc: evil@example.com\r\n\r\n<script>alert(1)</script> \xE6\x97\xA5\xE6\x9C\xAC";
    message.lines = {"failed: <img src=x onerror=alert(1)>\n.\nMAIL FROM:<x@y>", "published: \"'&", "next: \xFF\x01"};
    message.facts = {{"<b>", "--sluiceabc\r\n"}};
    message.groups = {{.title = "<svg/onload=alert(1)>", .items = {"javascript:alert(1)"}}};
    return message;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

// The decoded parts of a mail, in order.
std::vector<std::string> parts_of(const std::string& mail, const std::string& boundary) {
    std::vector<std::string> parts;
    std::size_t at = mail.find("--" + boundary + "\r\n");
    while (at != std::string::npos) {
        const std::size_t body = mail.find("\r\n\r\n", at) + 4;
        const std::size_t end = mail.find("--" + boundary, body);
        std::string encoded = mail.substr(body, end - body);
        std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
        parts.push_back(from_base64(encoded).value_or("?"));
        if (mail.compare(end + 2 + boundary.size(), 2, "--") == 0) break;
        at = end;
    }
    return parts;
}

TEST(Mail, HeadersHoldWhateverNamesHold) {
    const std::string mail = mail_text(
        naughty(), {.name = "Sluice \"<x>\r\nBcc: y@z", .address = "etl@example.com"},
        {{.name = "", .address = "a@example.com"}, {.name = "Op\xC3\xA9", .address = "b@example.com"}}, "sluiceabc");
    const std::string head = mail.substr(0, mail.find("\r\n\r\n"));
    for (const std::string& line : lines_of(mail)) {
        ASSERT_TRUE(line.ends_with('\r')) << line;
        EXPECT_LE(line.size(), 79U) << line;
        EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c == '\r' || (c >= ' ' && c < 0x7F); })) << line;
    }
    for (const std::string& line : lines_of(head)) {
        const bool known = line.starts_with(" ") || line.starts_with("Date: ") || line.starts_with("From: ") ||
                           line.starts_with("To: ") || line.starts_with("Subject: ") ||
                           line.starts_with("Message-ID: ") || line.starts_with("References: ") ||
                           line.starts_with("Auto-Submitted: ") || line.starts_with("MIME-Version: ") ||
                           line.starts_with("Content-Type: ");
        EXPECT_TRUE(known) << line;
    }
    EXPECT_THAT(head, HasSubstr("Date: Sun, 29 Nov 2026 10:00:00 +0700\r\n"));
    EXPECT_THAT(head, HasSubstr("To: a@example.com,\r\n =?UTF-8?B?T3DDqQ==?= <b@example.com>\r\n"));
}

TEST(Mail, TextAndHtmlSayTheSameAndRunNothing) {
    const std::string mail = mail_text(naughty(), {.name = "", .address = "etl@example.com"},
                                       {{.name = "", .address = "a@b.c"}}, "sluiceabc");
    const auto parts = parts_of(mail, "sluiceabc");
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_THAT(parts[0], HasSubstr("failed: <img src=x onerror=alert(1)>"));
    EXPECT_THAT(parts[1], HasSubstr("failed: &lt;img src=x onerror=alert(1)&gt;"));
    for (const char* tag : {"<script", "<img", "<svg"}) EXPECT_THAT(parts[1], Not(HasSubstr(tag)));
    EXPECT_THAT(parts[1], HasSubstr("published: &quot;&#39;&amp;"));
}

TEST(Mail, SubjectsAreEncodedWords) {
    EXPECT_EQ(header_text("[sluice] reports: failed"), "[sluice] reports: failed");
    EXPECT_EQ(header_text("caf\xC3\xA9"), "=?UTF-8?B?Y2Fmw6k=?=");
    EXPECT_EQ(header_text("=?UTF-8?B?eA==?="), "=?UTF-8?B?PT9VVEYtOD9CP2VBPT0/PQ==?=");
    std::string joined;
    for (const std::string& line :
         lines_of(header_text(std::string(40, 'a') + std::string(20, 'b') + "\xF0\x9F\x98\x80 end"))) {
        std::string word = line;
        std::erase(word, '\r');
        word.erase(0, word.find("=?"));
        EXPECT_LE(word.size(), 75U);
        joined += from_base64(word.substr(10, word.size() - 12)).value_or("?");
    }
    EXPECT_EQ(joined, std::string(40, 'a') + std::string(20, 'b') + "\xF0\x9F\x98\x80 end");
}

TEST(Mail, AddressesOfTheConfig) {
    EXPECT_EQ(parse_mailbox("ops@example.com")->address, "ops@example.com");
    const auto named = parse_mailbox("Tim Ops <ops@example.com>");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->name, "Tim Ops");
    EXPECT_EQ(named->address, "ops@example.com");
    for (const char* bad : {"", "ops", "@example.com", "ops@", "a@b@c", "a b@c", "ops@example.com\r\nRCPT TO:<x@y>",
                            "a@b>", "Name a@b>", "<a@b", "a@b,c@d", "\xC3\xA9@example.com", "x <a@b>\n <c@d>"})
        EXPECT_FALSE(parse_mailbox(bad)) << bad;
}

}  // namespace
}  // namespace sluice
