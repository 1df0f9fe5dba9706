#include "pipeline/bad_row_spool.hpp"

#include <algorithm>

namespace sluice {

namespace {

constexpr std::size_t kInMemory = std::size_t{1} << 20U;

}  // namespace

Result<> BadRowSpool::move_to_disk() {
    if (!spool_) {
        TRY_ASSIGN(spool_, SpoolFile::create(temp_dir_));
    }
    TRY(spool_->append(memory_));
    on_disk_ += memory_.size();
    memory_.clear();
    return {};
}

Result<> BadRowSpool::take(Ordinal first, std::string_view piece) {
    const std::lock_guard lock(mutex_);
    pieces_.push_back({.first = first, .offset = on_disk_ + memory_.size(), .size = piece.size()});
    memory_ += piece;
    return memory_.size() > kInMemory ? move_to_disk() : Result<>();
}

void BadRowSpool::forget() {
    const std::lock_guard lock(mutex_);
    pieces_.clear();
    memory_.clear();
    spool_.reset();
    on_disk_ = 0;
}

Result<std::string_view> BadRowSpool::read(const Piece& piece, std::string& buffer) const {
    const auto size = static_cast<std::size_t>(piece.size);
    if (piece.offset >= on_disk_)
        return std::string_view(memory_).substr(static_cast<std::size_t>(piece.offset - on_disk_), size);
    buffer.resize(size);
    TRY(file_->read_at(piece.offset, buffer.data(), size));
    return std::string_view(buffer);
}

Result<> BadRowSpool::for_each(const Visit& visit) {
    const std::lock_guard lock(mutex_);
    if (spool_) {
        if (!memory_.empty()) TRY(move_to_disk());
        TRY_ASSIGN(file_, InputFile::adopt(std::move(*spool_).take(), "bad rows kept in a temporary file"));
        spool_.reset();
    }
    std::ranges::sort(pieces_, {}, &Piece::first);
    std::string buffer;
    for (const Piece& piece : pieces_) {
        TRY_ASSIGN(std::string_view rows, read(piece, buffer));
        while (!rows.empty()) TRY(visit(take_kept_row(rows)));
    }
    return {};
}

}  // namespace sluice
