// A CRC is linear over GF(2): the checksum of A followed by B is that of A moved on by |B| zero bytes, plus that of B.
// aws-checksums does both: the checksum with carry-less multiplication where the processor has it, and the move in
// O(log |B|). The polynomial and its conventions stand in the NVM Express specification (NVM Command Set, 64b CRC).
#include "utils/crc64nvme.hpp"

#include <aws/checksums/crc.h>
#include <fmt/format.h>

#include <algorithm>

namespace sluice {

std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t previous) noexcept {
    return aws_checksums_crc64nvme_ex(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(), previous);
}

std::string crc64nvme_text(std::uint64_t checksum) { return fmt::format("{:016x}", checksum); }

void PieceChecksums::add(std::uint64_t offset, std::uint64_t size, std::uint64_t checksum) {
    if (size == 0) return;
    const std::lock_guard lock(mutex_);
    pieces_.push_back({.offset = offset, .size = size, .checksum = checksum});
}

Result<std::uint64_t> PieceChecksums::combine(std::uint64_t total) {
    const std::lock_guard lock(mutex_);
    std::ranges::sort(pieces_, {}, &Piece::offset);
    std::uint64_t end = 0;
    std::uint64_t checksum = 0;
    for (const Piece& piece : pieces_) {
        if (piece.offset != end) {
            return internal_error(fmt::format(
                "the pieces of a file leave a gap or overlap at byte {} (next piece at {})", end, piece.offset));
        }
        checksum = aws_checksums_crc64nvme_combine(checksum, piece.checksum, piece.size);
        end += piece.size;
    }
    if (end != total) return internal_error(fmt::format("{} of {} bytes of a file were written", end, total));
    return checksum;
}

}  // namespace sluice
