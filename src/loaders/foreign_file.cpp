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

Result<FileDigest> finish_foreign_file(const std::filesystem::path& path, bool durable, bool sha256) {
    FileDigest digest;
    Sha256 hash;
    TRY(read_in_pieces(path, [&](std::string_view piece) -> Result<> {
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
    if (!durable) return digest;
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.get()) != 0) return write_fault("write", path, errno);
    return digest;
}

}  // namespace sluice
