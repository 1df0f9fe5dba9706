#include "utils/hmac.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string code(const std::string& key, std::string_view text) {
    auto hmac = Hmac::with_key(Secret(key));
    return hmac ? hmac->hex(text).value_or("failed") : hmac.error().message;
}

// The vectors of RFC 4231.
TEST(Hmac, GivesTheCodesOfTheStandard) {
    EXPECT_EQ(code(std::string(20, '\x0b'), "Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(code("Jefe", "what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(code(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hmac, StartsAnewWithEachText) {
    auto hmac = Hmac::with_key(Secret("Jefe"));
    ASSERT_TRUE(hmac);
    const auto first = hmac->hex("what do ya want for nothing?");
    EXPECT_NE(hmac->hex(""), first);
    EXPECT_EQ(hmac->hex("what do ya want for nothing?"), first);
}

}  // namespace
}  // namespace sluice
