#include "loaders/foreign_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "loaders/file_text.hpp"
#include "loaders/write_fault.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/sha256.hpp"

namespace sluice {

namespace {

// By ranges, so that a stop is heard in between; fsync does what the system cannot do by ranges.
Result<> sync_file(const std::filesystem::path& path, std::uint64_t bytes, const StopFlag* stop) {
    constexpr std::uint64_t kRange = std::uint64_t{16} << 20U;
    constexpr unsigned kHow = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) return write_fault("write", path, errno);
    for (std::uint64_t offset = 0; offset < bytes; offset += kRange) {
        if (stop != nullptr) TRY(stop->check());
        const int done = ::sync_file_range(file.get(), static_cast<off_t>(offset), kRange, kHow);
        if (done != 0 && (errno == EIO || errno == ENOSPC)) return write_fault("write", path, errno);
    }
    if (::fsync(file.get()) != 0) return write_fault("write", path, errno);
    return {};
}

}  // namespace

Result<FileDigest> finish_foreign_file(const std::filesystem::path& path, bool durable, bool sha256,
                                       const StopFlag* stop) {
    FileDigest digest;
    Sha256 hash;
    TRY(read_in_pieces(path, stop, [&](std::string_view piece) -> Result<> {
        digest.bytes += piece.size();
        digest.crc64nvme = crc64nvme(piece, digest.crc64nvme);
        if (sha256) hash.add(piece);
        return {};
    }));
    if (sha256) {
        digest.sha256 = hash.text();
        if (digest.sha256.empty())
            return internal_error(fmt::format("OpenSSL gives no SHA-256 of '{}'", path.string()));
    }
    if (durable) TRY(sync_file(path, digest.bytes, stop));
    return digest;
}

}  // namespace sluice
