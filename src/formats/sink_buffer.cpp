#include "formats/sink_buffer.hpp"

#include <cstddef>

namespace sluice {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 20U;
constexpr std::size_t kRoomForRow = std::size_t{1} << 16U;

}  // namespace

SinkBuffer::SinkBuffer(ByteSink& sink) : sink_(sink) { text_.reserve(kPiece + kRoomForRow); }

Result<> SinkBuffer::flush_if_full() {
    if (text_.size() < kPiece) return {};
    return flush();
}

Result<> SinkBuffer::flush() {
    if (text_.empty()) return {};
    TRY(sink_.append(text_));
    text_.clear();
    return {};
}

}  // namespace sluice
