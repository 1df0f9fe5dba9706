#include "support/compressed.hpp"

#include <gtest/gtest.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <cstdint>

namespace sluice {

std::string gzip_member(const std::string& text) {
    std::string bytes(text.size() + text.size() / 100 + 1000, '\0');
    isal_zstream stream;
    isal_deflate_stateless_init(&stream);
    std::string input = text;
    stream.next_in = reinterpret_cast<std::uint8_t*>(input.data());
    stream.avail_in = static_cast<std::uint32_t>(input.size());
    stream.next_out = reinterpret_cast<std::uint8_t*>(bytes.data());
    stream.avail_out = static_cast<std::uint32_t>(bytes.size());
    stream.end_of_stream = 1;
    stream.gzip_flag = IGZIP_GZIP;
    EXPECT_EQ(isal_deflate_stateless(&stream), COMP_OK);
    bytes.resize(stream.total_out);
    return bytes;
}

std::string zstd_frame(const std::string& text, bool with_checksum) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, with_checksum ? 1 : 0);
    std::string bytes(ZSTD_compressBound(text.size()), '\0');
    bytes.resize(ZSTD_compress2(context, bytes.data(), bytes.size(), text.data(), text.size()));
    ZSTD_freeCCtx(context);
    return bytes;
}

}  // namespace sluice
