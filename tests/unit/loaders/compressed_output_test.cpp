#include "loaders/compressed_output.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <random>
#include <thread>

#include "loaders/piece_compressor.hpp"

namespace sluice {
namespace {

class AppendedBytes final : public ByteSink {
public:
    Result<> append(std::string_view bytes) override {
        if (bytes_.size() + bytes.size() > limit_) return external_error("disk_full", "the disk is full");
        bytes_.append(bytes);
        return {};
    }
    Result<> resize(std::uint64_t) override { return internal_error("resize() of a compressed file"); }
    Result<> write_at(std::uint64_t, std::string_view) override { return internal_error("write_at()"); }

    void limit(std::size_t bytes) { limit_ = bytes; }
    [[nodiscard]] const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
    std::size_t limit_ = std::string::npos;
};

// By the libraries' whole-file calls, a member or frame after the other.
std::string inflated(const std::string& bytes, Compression method) {
    std::string all;
    std::string text(piece_bytes(method), '\0');
    std::size_t at = 0;
    libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();
    while (at < bytes.size()) {
        std::size_t in = 0;
        std::size_t out = 0;
        if (method == Compression::gzip) {
            EXPECT_EQ(libdeflate_gzip_decompress_ex(decompressor, bytes.data() + at, bytes.size() - at, text.data(),
                                                    text.size(), &in, &out),
                      LIBDEFLATE_SUCCESS);
        } else {
            in = ZSTD_findFrameCompressedSize(bytes.data() + at, bytes.size() - at);
            out = ZSTD_decompress(text.data(), text.size(), bytes.data() + at, in);
            EXPECT_EQ(ZSTD_isError(out), 0U);
        }
        if (in == 0 || testing::Test::HasFailure()) break;
        all.append(text, 0, out);
        at += in;
    }
    libdeflate_free_decompressor(decompressor);
    return all;
}

std::string some_text(std::size_t size) {
    std::string text;
    std::mt19937 random(7);  // NOLINT(cert-msc51-cpp): the same text each time
    while (text.size() < size) text += std::to_string(random() % 100'000) + (random() % 7 == 0 ? "\n" : " ");
    text.resize(size);
    return text;
}

std::string appended(const std::string& text, CompressionChoice choice, int threads, std::size_t step) {
    AppendedBytes sink;
    auto output = CompressedOutput::make(sink, choice, threads).value();
    for (std::size_t at = 0; at < text.size(); at += step)
        EXPECT_TRUE(output->append(std::string_view(text).substr(at, step)));
    EXPECT_TRUE(output->finish());
    return sink.bytes();
}

std::string placed(const std::string& text, CompressionChoice choice, int threads, std::size_t step) {
    AppendedBytes sink;
    auto output = CompressedOutput::make(sink, choice, threads).value();
    EXPECT_TRUE(output->resize(text.size()));
    std::vector<std::size_t> offsets;
    for (std::size_t at = 0; at < text.size(); at += step) offsets.push_back(at);
    std::shuffle(offsets.begin(), offsets.end(), std::mt19937(9));  // NOLINT(cert-msc51-cpp)
    {
        std::vector<std::jthread> writers;
        for (int thread = 0; thread < threads; ++thread)
            writers.emplace_back([&, thread] {
                for (std::size_t i = static_cast<std::size_t>(thread); i < offsets.size();
                     i += static_cast<std::size_t>(threads))
                    EXPECT_TRUE(output->write_at(offsets[i], std::string_view(text).substr(offsets[i], step)));
            });
    }
    EXPECT_TRUE(output->finish());
    return sink.bytes();
}

class CompressedOutputs : public testing::TestWithParam<Compression> {
protected:
    [[nodiscard]] CompressionChoice choice() const { return {.method = GetParam(), .level = 1}; }
};

TEST_P(CompressedOutputs, SayTheSameHoweverTheTextComes) {
    const std::size_t piece = piece_bytes(GetParam());
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, piece - 1, piece, piece + 1, 3 * piece + 17}) {
        const std::string text = some_text(size);
        const std::string bytes = appended(text, choice(), 1, 100'003);
        EXPECT_FALSE(bytes.empty());
        EXPECT_TRUE(inflated(bytes, GetParam()) == text) << size;
        EXPECT_TRUE(appended(text, choice(), 3, 65'536) == bytes) << size;
        EXPECT_TRUE(appended(text, choice(), 2, piece * 2) == bytes) << size;
        EXPECT_TRUE(placed(text, choice(), 1, 300'007) == bytes) << size;
        EXPECT_TRUE(placed(text, choice(), 3, 33'333) == bytes) << size;
    }
}

TEST_P(CompressedOutputs, FailAsTheirFileDoes) {
    const std::string text = some_text(4 * piece_bytes(GetParam()));
    for (const int threads : {1, 3}) {
        AppendedBytes sink;
        sink.limit(1000);
        auto output = CompressedOutput::make(sink, choice(), threads).value();
        Result<> result = output->append(text);
        if (result) result = output->finish();
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().code, "disk_full");
    }
}

TEST_P(CompressedOutputs, AreNotWholeWithAPieceMissing) {
    AppendedBytes sink;
    auto output = CompressedOutput::make(sink, choice(), 2).value();
    ASSERT_TRUE(output->resize(10));
    ASSERT_TRUE(output->write_at(0, "123456789"));
    EXPECT_FALSE(output->finish());
}

INSTANTIATE_TEST_SUITE_P(Methods, CompressedOutputs, testing::Values(Compression::gzip, Compression::zstd));

}  // namespace
}  // namespace sluice
