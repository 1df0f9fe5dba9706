#include "io/input_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "io/gzip_stream.hpp"
#include "io/zstd_stream.hpp"

namespace sluice {

namespace {

using namespace std::string_view_literals;

class PlainStream final : public InputStream {
public:
    explicit PlainStream(const InputFile& file) : file_(file) {}

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, file_.size() - at_));
        TRY(file_.read_at(at_, out, count));
        at_ += count;
        return count;
    }
    std::uint64_t consumed() const noexcept override { return at_; }

private:
    const InputFile& file_;
    std::uint64_t at_ = 0;
};

struct Unread {
    std::string_view magic;
    std::string_view name;
    std::string_view program;
};
constexpr std::array<Unread, 4> kUnread{{{"\xFD"
                                          "7zXZ\0"sv,
                                          "xz", "xzcat"},
                                         {"BZh"sv, "bzip2", "bzcat"},
                                         {"\x04\x22\x4D\x18"sv, "lz4", "lz4cat"},
                                         {"PK\x03\x04"sv, "zip", "unzip, -p"}}};
constexpr std::string_view kBzip2Block = "1AY&SY";  // at byte 4: the three letters alone could start a text
constexpr std::size_t kHead = 10;

bool is_unread(std::string_view head, const Unread& format) {
    if (!head.starts_with(format.magic)) return false;
    return format.name != "bzip2" || head.substr(std::min<std::size_t>(head.size(), 4)).starts_with(kBzip2Block);
}

bool is_zstd(std::string_view head) {
    const bool skippable = head.size() >= 4 && (static_cast<unsigned char>(head[0]) & 0xF0U) == 0x50 &&
                           head.substr(1, 3) == "\x2A\x4D\x18";
    return skippable || head.starts_with("\x28\xB5\x2F\xFD"sv);
}

}  // namespace

Result<Compression> compression_of(const InputFile& file) {
    const std::string_view head = file.head().substr(0, kHead);
    if (head.starts_with("\x1F\x8B")) return Compression::gzip;
    if (is_zstd(head)) return Compression::zstd;
    for (const Unread& format : kUnread) {
        if (!is_unread(head, format)) continue;
        return data_error("unknown_compression",
                          fmt::format("cannot read '{0}': it is compressed with {1}; gzip and zstd are read as they "
                                      "are, {1} comes through a program: `type: command` and `command: [{2}, '{0}']`",
                                      file.name(), format.name, format.program));
    }
    if (head.empty() && (file.name().ends_with(".gz") || file.name().ends_with(".zst"))) {
        return data_error("damaged_file",
                          fmt::format("cannot read '{}': it has no byte, but a compressed file of nothing has some: it "
                                      "was cut; get a whole copy of it",
                                      file.name()));
    }
    return Compression::none;
}

std::uint64_t greatest_expansion(Compression compression) noexcept {
    switch (compression) {
        case Compression::gzip:
            return 1032;  // 258 bytes for two bits
        case Compression::zstd:
            return std::uint64_t{1} << 15U;  // a block of 128 KiB for four bytes
        case Compression::none:
            break;
    }
    return 1;
}

Result<std::unique_ptr<InputStream>> open_stream(const InputFile& file, Compression compression, std::size_t piece) {
    switch (compression) {
        case Compression::gzip:
            return open_gzip_stream(file, piece);
        case Compression::zstd:
            return open_zstd_stream(file, piece);
        case Compression::none:
            break;
    }
    return std::unique_ptr<InputStream>(std::make_unique<PlainStream>(file));
}

}  // namespace sluice
