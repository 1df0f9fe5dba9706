#include "io/gzip_stream.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <limits>

#include "io/compressed_input.hpp"

namespace sluice {

namespace {

class GzipStream final : public InputStream {
public:
    GzipStream(const InputFile& file, std::size_t piece) : input_(file, piece) { begin_member(); }

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        std::size_t done = 0;
        while (done < capacity && stage_ != Stage::finished) {
            TRY(input_.refill());
            switch (stage_) {
                case Stage::header:
                    TRY(read_header());
                    break;
                case Stage::data: {
                    TRY_ASSIGN(const std::size_t more, inflate(out + done, capacity - done));
                    done += more;
                    break;
                }
                case Stage::between:
                    TRY(find_member());
                    break;
                case Stage::padding:
                    TRY(skip_padding());
                    break;
                case Stage::finished:
                    break;
            }
        }
        return done;
    }
    std::uint64_t consumed() const noexcept override { return input_.offset(); }

private:
    enum class Stage : std::uint8_t { header, data, between, padding, finished };

    void begin_member() {
        member_ = input_.offset();
        isal_inflate_init(&state_);
        state_.crc_flag = ISAL_GZIP_NO_HDR_VER;  // it checks the trailer; the header is read apart, see below
        isal_gzip_header_init(&header_);
        stage_ = Stage::header;
    }

    void offer_input() {
        const std::string_view rest = input_.rest();
        // ISA-L reads through it and never writes.
        state_.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(rest.data()));
        state_.avail_in = static_cast<std::uint32_t>(rest.size());
    }
    void take_input() { input_.skip(input_.rest().size() - state_.avail_in); }
    // Where the decoder stands in the file, less what it holds in its bit buffer.
    [[nodiscard]] std::uint64_t position() const {
        return input_.offset() - static_cast<std::uint64_t>(std::max(state_.read_in_length, 0)) / 8;
    }

    // isal_inflate() would read it too, but forgets what it saw of a header that comes in two pieces.
    Result<> read_header() {
        if (input_.at_end()) return input_.truncated("gzip member", member_);
        offer_input();
        const int outcome = isal_read_gzip_header(&state_, &header_);
        take_input();
        if (outcome == ISAL_DECOMP_OK) stage_ = Stage::data;
        if (outcome >= 0) return {};
        if (outcome == ISAL_INVALID_WRAPPER) return what_follows_is_none();
        return input_.damaged(outcome == ISAL_INCORRECT_CHECKSUM
                                  ? "the checksum of a gzip header is wrong; the member begins"
                                  : "an unknown compression method in the gzip header of the member that begins",
                              member_);
    }

    Result<std::size_t> inflate(char* out, std::size_t capacity) {
        const bool no_more = input_.at_end();
        offer_input();
        const auto room =
            static_cast<std::uint32_t>(std::min<std::size_t>(capacity, std::numeric_limits<std::int32_t>::max()));
        state_.next_out = reinterpret_cast<std::uint8_t*>(out);
        state_.avail_out = room;
        const int outcome = isal_inflate(&state_);
        take_input();
        const std::size_t written = room - state_.avail_out;
        if (outcome == ISAL_INCORRECT_CHECKSUM) {
            return input_.damaged(
                fmt::format("the checksum or length of the gzip member that begins at byte {} is wrong: found",
                            member_),
                position());
        }
        if (outcome != ISAL_DECOMP_OK) return input_.damaged("the gzip data is damaged", position());
        if (state_.block_state == ISAL_BLOCK_FINISH) {
            stage_ = Stage::between;
        } else if (no_more && written == 0) {
            return input_.truncated("gzip member", member_);
        }
        return written;
    }

    // Behind a member: another one, padding, or the end.
    Result<> find_member() {
        if (input_.at_end()) {
            stage_ = Stage::finished;
            return {};
        }
        const char first = input_.rest().front();
        if (first == '\0') {
            stage_ = Stage::padding;
        } else if (first == '\x1F') {
            begin_member();
        } else {
            member_ = input_.offset();
            return what_follows_is_none();
        }
        return {};
    }
    Result<> skip_padding() {
        if (input_.at_end()) {
            stage_ = Stage::finished;
            return {};
        }
        const std::size_t zeros = std::min(input_.rest().find_first_not_of('\0'), input_.rest().size());
        input_.skip(zeros);
        if (input_.rest().empty()) return {};
        member_ = input_.offset();
        return what_follows_is_none();
    }
    [[nodiscard]] Error what_follows_is_none() const {
        return input_.damaged("behind a gzip member comes something that is none", member_);
    }

    CompressedInput input_;
    inflate_state state_;
    isal_gzip_header header_;
    Stage stage_ = Stage::header;
    std::uint64_t member_ = 0;  // where it begins in the file
};

}  // namespace

Result<std::unique_ptr<InputStream>> open_gzip_stream(const InputFile& file, std::size_t piece) {
    return std::unique_ptr<InputStream>(std::make_unique<GzipStream>(file, piece));
}

}  // namespace sluice
