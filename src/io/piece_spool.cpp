#include "io/piece_spool.hpp"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/spool_file.hpp"

namespace sluice {

Result<PieceSpool> PieceSpool::create(const std::filesystem::path& folder) {
    TRY_ASSIGN(SpoolFile file, SpoolFile::create(folder));
    return PieceSpool(std::move(file).take(), folder.string());
}

PieceSpool::PieceSpool(PieceSpool&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), folder_(std::move(other.folder_)), size_(other.size_.load()) {}

Result<> PieceSpool::write_at(std::uint64_t offset, std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(descriptor_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return SpoolFile::cannot_write(folder_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return {};
}

Result<> PieceSpool::read_at(std::uint64_t offset, char* into, std::size_t size) const {
    while (size > 0) {
        const ssize_t count = ::pread(descriptor_.get(), into, size, static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return system_error("read a temporary file in", folder_, count < 0 ? errno : EIO);
        into += count;
        size -= static_cast<std::size_t>(count);
        offset += static_cast<std::uint64_t>(count);
    }
    return {};
}

}  // namespace sluice
