// Pieces of bytes on disk, found again by their offset: what memory does not hold. In a file without a name in a
// temporary folder, which is gone when it is closed, also after a crash.
//
// Thread-safe: several threads add at once, and read what was added.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

class PieceSpool {
public:
    // `folder` exists. Every failure is kind external: a full disk, no right to write.
    [[nodiscard]] static Result<PieceSpool> create(const std::filesystem::path& folder);
    PieceSpool(PieceSpool&& other) noexcept;

    // A place for `size` bytes that nobody else writes to.
    [[nodiscard]] std::uint64_t reserve(std::uint64_t size) noexcept { return size_.fetch_add(size); }
    // Within a place that was reserved. Fails with the folder's name and what to do.
    [[nodiscard]] Result<> write_at(std::uint64_t offset, std::string_view bytes) const;
    // Bytes that were written.
    [[nodiscard]] Result<> read_at(std::uint64_t offset, char* into, std::size_t size) const;

    // Of all places that were reserved.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_.load(); }

private:
    PieceSpool(FileDescriptor descriptor, std::string folder)
        : descriptor_(std::move(descriptor)), folder_(std::move(folder)) {}

    FileDescriptor descriptor_;
    std::string folder_;
    std::atomic<std::uint64_t> size_{0};
};

}  // namespace sluice
