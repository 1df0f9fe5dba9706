#include "loaders/piece_compressor.hpp"

#include <fmt/format.h>
#include <libdeflate.h>
#include <zstd.h>

namespace sluice {
namespace {

class GzipPieces final : public PieceCompressor {
public:
    explicit GzipPieces(int level) : compressor_(libdeflate_alloc_compressor(level)) {}

    [[nodiscard]] bool ready() const { return compressor_ != nullptr; }

    // libdeflate writes a header without name and time.
    Result<std::string> compress(std::string_view piece) override {
        std::string out(libdeflate_gzip_compress_bound(compressor_.get(), piece.size()), '\0');
        const std::size_t size =
            libdeflate_gzip_compress(compressor_.get(), piece.data(), piece.size(), out.data(), out.size());
        if (size == 0) return internal_error(fmt::format("libdeflate cannot compress {} bytes", piece.size()));
        out.resize(size);
        return out;
    }

private:
    struct Free {
        void operator()(libdeflate_compressor* compressor) const { libdeflate_free_compressor(compressor); }
    };
    std::unique_ptr<libdeflate_compressor, Free> compressor_;
};

class ZstdPieces final : public PieceCompressor {
public:
    explicit ZstdPieces(int level) : context_(ZSTD_createCCtx()) {
        if (!context_) return;
        ready_ = ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level)) == 0 &&
                 ZSTD_isError(ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1)) == 0;
    }

    [[nodiscard]] bool ready() const { return ready_; }

    Result<std::string> compress(std::string_view piece) override {
        std::string out(ZSTD_compressBound(piece.size()), '\0');
        const std::size_t size = ZSTD_compress2(context_.get(), out.data(), out.size(), piece.data(), piece.size());
        if (ZSTD_isError(size) != 0)
            return internal_error(
                fmt::format("zstd cannot compress {} bytes: {}", piece.size(), ZSTD_getErrorName(size)));
        out.resize(size);
        return out;
    }

private:
    struct Free {
        void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
    };
    std::unique_ptr<ZSTD_CCtx, Free> context_;
    bool ready_ = false;
};

template <typename Pieces>
Result<std::unique_ptr<PieceCompressor>> ready_or_error(int level) {
    auto pieces = std::make_unique<Pieces>(level);
    if (!pieces->ready()) return internal_error(fmt::format("no memory to compress at level {}", level));
    return std::unique_ptr<PieceCompressor>(std::move(pieces));
}

}  // namespace

Result<std::unique_ptr<PieceCompressor>> PieceCompressor::make(CompressionChoice compression) {
    if (compression.method == Compression::gzip) return ready_or_error<GzipPieces>(compression.level);
    if (compression.method == Compression::zstd) return ready_or_error<ZstdPieces>(compression.level);
    return internal_error("there is nothing to compress with");
}

}  // namespace sluice
