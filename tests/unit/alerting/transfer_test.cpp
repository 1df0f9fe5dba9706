#include "alerting/transfer.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(WebAddress, HasASchemeAndAHost) {
    const auto hook = parse_web_address(Secret("https://hooks.example.com:8443/services/T/B/x?y=z"));
    ASSERT_TRUE(hook);
    EXPECT_TRUE(hook->is_secure);
    EXPECT_EQ(hook->host, "hooks.example.com:8443");
    EXPECT_FALSE(parse_web_address(Secret("http://localhost/x"))->is_secure);
    EXPECT_EQ(parse_web_address(Secret("https://[::1]:1/"))->host, "[::1]:1");
}

TEST(WebAddress, IsNeverRepeatedInAFault) {
    for (const char* bad :
         {"", "canary", "ftp://canary/x", "https://", "https://user:canary@host/", "https://host/ca nary",
          "https://host/canary\r\nX: y", "file:///canary", "https://host/canary\xC3\xA9"}) {
        const auto address = parse_web_address(Secret(bad));
        ASSERT_FALSE(address) << bad;
        EXPECT_EQ(address.error().message.find("canary"), std::string::npos) << address.error().message;
    }
}

TEST(WebAddress, OnlyThisMachineIsThisMachine) {
    for (const char* host : {"localhost", "localhost:25", "127.0.0.1:8080", "[::1]", "[::1]:25"})
        EXPECT_TRUE(is_this_machine(host)) << host;
    for (const char* host : {"localhost.example.com", "127.0.0.1.example.com:25", "example.com", "[::2]:25", ""})
        EXPECT_FALSE(is_this_machine(host)) << host;
}

}  // namespace
}  // namespace sluice
