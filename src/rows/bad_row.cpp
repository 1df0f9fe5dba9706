#include "rows/bad_row.hpp"

#include <array>
#include <cstring>

namespace sluice {

namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;  // more is handed over before the block ends

void put(std::uint64_t number, std::string& piece) {
    std::array<char, sizeof number> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    piece.append(bytes.data(), bytes.size());
}

void put(std::string_view text, std::string& piece) {
    put(text.size(), piece);
    piece += text;
}

void take(std::string_view& piece, std::uint64_t& number) {
    std::memcpy(&number, piece.data(), sizeof number);
    piece.remove_prefix(sizeof number);
}

void take(std::string_view& piece, std::string_view& text) {
    std::uint64_t size = 0;
    take(piece, size);
    text = piece.substr(0, static_cast<std::size_t>(size));
    piece.remove_prefix(text.size());
}

}  // namespace

KeptRow take_kept_row(std::string_view& piece) {
    KeptRow row;
    for (std::uint64_t* number : {&row.ordinal, &row.byte, &row.fault, &row.length, &row.checksum, &row.text_length})
        take(piece, *number);
    for (std::string_view* text : {&row.code, &row.message, &row.column, &row.raw}) take(piece, *text);
    return row;
}

void BadRowBuffer::add(const BadRow& row, std::string_view raw, std::uint64_t text_length, std::uint64_t checksum) {
    if (sink_ == nullptr || error_) return;
    if (piece_.empty()) first_ = row.ordinal;
    for (const std::uint64_t number : {row.ordinal, row.byte, row.fault, row.length, checksum, text_length})
        put(number, piece_);
    for (const std::string_view text : {std::string_view(row.code), std::string_view(row.message),
                                        std::string_view(row.column), raw.substr(0, kRawKept)})
        put(text, piece_);
    if (piece_.size() >= kPieceBytes) hand_over();
}

void BadRowBuffer::hand_over() {
    if (auto taken = sink_->take(first_, piece_); !taken) error_ = std::move(taken).error();
    piece_.clear();
}

Result<> BadRowBuffer::flush() {
    if (!piece_.empty()) hand_over();
    if (error_) return *error_;
    return {};
}

}  // namespace sluice
