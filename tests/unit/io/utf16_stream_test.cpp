#include "io/utf16_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace sluice {
namespace {

class TextStream final : public InputStream {
public:
    explicit TextStream(std::string text) : text_(std::move(text)) {}
    Result<std::size_t> read(char* out, std::size_t capacity) override {
        const std::size_t count = std::min(capacity, text_.size() - at_);
        std::memcpy(out, text_.data() + at_, count);
        at_ += count;
        return count;
    }
    std::uint64_t consumed() const noexcept override { return at_; }

private:
    std::string text_;
    std::size_t at_ = 0;
};

// What comes out, read in steps of this size.
std::string read_all(const std::string& bytes, std::size_t step) {
    auto stream = as_utf8(std::make_unique<TextStream>(bytes));
    EXPECT_TRUE(stream.has_value());
    std::string all;
    std::string piece(step, '\0');
    for (;;) {
        const auto count = (*stream)->read(piece.data(), step);
        EXPECT_TRUE(count.has_value());
        all += piece.substr(0, *count);
        if (*count < step) return all;
    }
}

std::string utf16(std::u16string_view text, bool big_endian) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8U);
        const char low = static_cast<char>(unit & 0xFFU);
        bytes += big_endian ? std::string{high, low} : std::string{low, high};
    }
    return bytes;
}

TEST(Utf16Stream, BothByteOrders) {
    const std::u16string_view text = u"\uFEFFid,\u00E9\n1,\u20AC \U0001F600\n";
    for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U}) {
        EXPECT_EQ(read_all(utf16(text, true), step), "id,\xC3\xA9\n1,\xE2\x82\xAC \xF0\x9F\x98\x80\n");
        EXPECT_EQ(read_all(utf16(text, false), step), "id,\xC3\xA9\n1,\xE2\x82\xAC \xF0\x9F\x98\x80\n");
    }
}

TEST(Utf16Stream, PairsMeetAcrossPieces) {
    for (const std::size_t before : {32765U, 32766U, 32767U, 32768U}) {
        const std::u16string text = u"\uFEFF" + std::u16string(before, u'x') + u"\U0001F600y";
        EXPECT_EQ(read_all(utf16(text, false), 1000), std::string(before, 'x') + "\xF0\x9F\x98\x80y");
    }
}

TEST(Utf16Stream, HalvesAreNoUtf8) {
    EXPECT_EQ(read_all(std::string("\xFE\xFF\xD8\x3D\0x", 6), 9), "\xED\xA0\xBDx");
    EXPECT_EQ(read_all(std::string("\xFE\xFF\xDE\x00\xD8\x3D", 6), 9), "\xED\xB8\x80\xED\xA0\xBD");
    EXPECT_EQ(read_all(std::string("\xFF\xFE\x61\x00\x62", 5), 9), "a\xFF");
}

TEST(Utf16Stream, OtherTextsComeAsTheyAre) {
    for (const std::string text : {"", "a", "ab", "\xEF\xBB\xBF\x61\x62\x63", "\xFF"})
        for (const std::size_t step : {1U, 2U, 100U}) EXPECT_EQ(read_all(text, step), text);
}

}  // namespace
}  // namespace sluice
