// The checksum that the manifest names and that S3 computes itself: CRC-64/NVME.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

// Of `bytes`, going on from `previous` (0 to start).
[[nodiscard]] std::uint64_t crc64nvme(std::string_view bytes, std::uint64_t previous = 0) noexcept;

// 16 hexadecimal digits, as the manifest has it.
[[nodiscard]] std::string crc64nvme_text(std::uint64_t checksum);

// The checksum of a whole from those of its pieces, which come from any thread and in any order.
class PieceChecksums {
public:
    void add(std::uint64_t offset, std::uint64_t size, std::uint64_t checksum);
    // Fails (kind internal) unless the pieces cover [0, total) and no byte twice. To be called after the last add().
    [[nodiscard]] Result<std::uint64_t> combine(std::uint64_t total);

private:
    struct Piece {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint64_t checksum = 0;
    };
    std::mutex mutex_;
    std::vector<Piece> pieces_;
};

}  // namespace sluice
