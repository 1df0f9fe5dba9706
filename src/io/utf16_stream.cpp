#include "io/utf16_stream.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace sluice {

namespace {

constexpr std::size_t kPiece = 64U << 10U;
constexpr char kNoUtf8 = '\xFF';

// Another stream, with some bytes before it.
class RejoinedStream final : public InputStream {
public:
    RejoinedStream(std::string head, std::unique_ptr<InputStream> rest)
        : head_(std::move(head)), rest_(std::move(rest)) {}

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        const std::size_t count = std::min(capacity, head_.size());
        std::memcpy(out, head_.data(), count);
        head_.erase(0, count);
        if (count == capacity) return count;
        TRY_ASSIGN(const std::size_t more, rest_->read(out + count, capacity - count));
        return count + more;
    }
    std::uint64_t consumed() const noexcept override { return rest_->consumed(); }

private:
    std::string head_;
    std::unique_ptr<InputStream> rest_;
};

class Utf16Stream final : public InputStream {
public:
    Utf16Stream(std::unique_ptr<InputStream> bytes, bool big_endian)
        : bytes_(std::move(bytes)), big_endian_(big_endian) {}

    Result<std::size_t> read(char* out, std::size_t capacity) override {
        while (text_.size() - given_ < capacity && !ended_) TRY(convert_piece());
        const std::size_t count = std::min(capacity, text_.size() - given_);
        std::memcpy(out, text_.data() + given_, count);
        given_ += count;
        return count;
    }
    std::uint64_t consumed() const noexcept override { return bytes_->consumed(); }

private:
    Result<> convert_piece() {
        text_.erase(0, std::exchange(given_, 0));
        const std::size_t kept = piece_.size();
        piece_.resize(kept + kPiece);
        TRY_ASSIGN(const std::size_t count, bytes_->read(piece_.data() + kept, kPiece));
        piece_.resize(kept + count);
        ended_ = count < kPiece;
        std::size_t at = 0;
        for (; at + 1 < piece_.size(); at += 2) take_unit(unit_at(at));
        piece_.erase(0, at);
        if (!ended_) return {};
        if (high_ != 0) put(std::exchange(high_, 0));
        if (!piece_.empty()) text_.push_back(kNoUtf8);
        return {};
    }

    [[nodiscard]] std::uint32_t unit_at(std::size_t at) const {
        const std::uint32_t first = static_cast<unsigned char>(piece_[at]);
        const std::uint32_t second = static_cast<unsigned char>(piece_[at + 1]);
        return big_endian_ ? first << 8U | second : second << 8U | first;
    }

    void take_unit(std::uint32_t unit) {
        const bool is_low = unit >= 0xDC00 && unit <= 0xDFFF;
        if (high_ != 0 && is_low) {
            put(0x10000U + ((std::exchange(high_, 0) - 0xD800U) << 10U) + (unit - 0xDC00U));
            return;
        }
        if (high_ != 0) put(std::exchange(high_, 0));
        if (unit >= 0xD800 && unit <= 0xDBFF) {
            high_ = unit;
        } else {
            put(unit);
        }
    }

    // A lone surrogate gets three bytes as any other unit: UTF-8 has none such.
    void put(std::uint32_t code_point) {
        const auto add = [this](std::uint32_t byte) { text_.push_back(static_cast<char>(byte)); };
        if (code_point < 0x80) {
            add(code_point);
        } else if (code_point < 0x800) {
            add(0xC0U | code_point >> 6U);
            add(0x80U | (code_point & 0x3FU));
        } else if (code_point < 0x10000) {
            add(0xE0U | code_point >> 12U);
            add(0x80U | (code_point >> 6U & 0x3FU));
            add(0x80U | (code_point & 0x3FU));
        } else {
            add(0xF0U | code_point >> 18U);
            add(0x80U | (code_point >> 12U & 0x3FU));
            add(0x80U | (code_point >> 6U & 0x3FU));
            add(0x80U | (code_point & 0x3FU));
        }
    }

    std::unique_ptr<InputStream> bytes_;
    bool big_endian_;
    std::string piece_;       // bytes that are not converted yet
    std::uint32_t high_ = 0;  // the first half of a pair
    std::string text_;        // converted
    std::size_t given_ = 0;   // of it
    bool ended_ = false;
};

}  // namespace

Result<std::unique_ptr<InputStream>> as_utf8(std::unique_ptr<InputStream> bytes) {
    std::string head(2, '\0');
    TRY_ASSIGN(const std::size_t count, bytes->read(head.data(), head.size()));
    head.resize(count);
    if (is_utf16(head)) {
        return std::unique_ptr<InputStream>(std::make_unique<Utf16Stream>(std::move(bytes), head.front() == '\xFE'));
    }
    return std::unique_ptr<InputStream>(std::make_unique<RejoinedStream>(std::move(head), std::move(bytes)));
}

}  // namespace sluice
