#include "io/zstd_stream.hpp"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "io/compressed_input.hpp"

namespace sluice {

namespace {

struct FreeContext {
    void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

class ZstdStream final : public InputStream {
public:
    ZstdStream(const InputFile& file, std::size_t piece, Context context)
        : input_(file, piece), context_(std::move(context)) {}

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        ZSTD_outBuffer output{out, capacity, 0};
        while (output.pos < output.size) {
            TRY(input_.refill());
            const bool no_more = input_.at_end();
            if (no_more && !in_frame_) break;
            const std::size_t before = output.pos;
            ZSTD_inBuffer source{input_.rest().data(), input_.rest().size(), 0};
            const std::size_t outcome = ZSTD_decompressStream(context_.get(), &output, &source);
            if (ZSTD_isError(outcome) != 0) return fault(outcome);
            input_.skip(source.pos);
            in_frame_ = outcome != 0;
            if (!in_frame_) {
                frame_ = input_.offset();
            } else if (no_more && output.pos == before) {
                return input_.truncated("zstd frame", frame_);
            }
        }
        return output.pos;
    }
    std::uint64_t consumed() const noexcept override { return input_.offset(); }

private:
    [[nodiscard]] Error fault(std::size_t outcome) const {
        switch (ZSTD_getErrorCode(outcome)) {
            case ZSTD_error_prefix_unknown:
                return input_.damaged("behind a zstd frame comes something that is none", frame_);
            case ZSTD_error_frameParameter_windowTooLarge:
                return data_error(
                    "unknown_compression",
                    fmt::format(
                        "cannot read '{0}': its zstd frame at byte {1} needs a window of more than 128 MiB (was "
                        "it made with --long?); let a program inflate it: `type: command` and "
                        "`command: [zstd, -dc, --long=31, '{0}']`",
                        input_.name(), frame_));
            case ZSTD_error_dictionary_wrong:
                return input_.damaged("a zstd frame needs a dictionary, and none is known; it begins", frame_);
            case ZSTD_error_checksum_wrong:
                return input_.damaged(
                    fmt::format("the checksum of the zstd frame that begins at byte {} is wrong: found", frame_),
                    input_.offset());
            default:
                return input_.damaged(fmt::format("the zstd data is damaged ({}): found", ZSTD_getErrorName(outcome)),
                                      input_.offset());
        }
    }

    CompressedInput input_;
    Context context_;
    bool in_frame_ = true;
    std::uint64_t frame_ = 0;  // where it begins in the file
};

}  // namespace

Result<std::unique_ptr<InputStream>> open_zstd_stream(const InputFile& file, std::size_t piece) {
    Context context(ZSTD_createDCtx());
    if (!context) return external_error("out_of_memory", fmt::format("no memory left to inflate '{}'", file.name()));
    return std::unique_ptr<InputStream>(std::make_unique<ZstdStream>(file, piece, std::move(context)));
}

}  // namespace sluice
