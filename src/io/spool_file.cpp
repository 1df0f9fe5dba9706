#include "io/spool_file.hpp"

#include <fcntl.h>

#include <cerrno>
#include <cstdlib>

namespace sluice {

Error SpoolFile::cannot_write(const std::string& folder, int error_number) {
    Error error = system_error("write a temporary file in", folder, error_number);
    if (error_number == EMFILE) return error;
    error.message += "; free space there, or name another folder with --temp-dir";
    return error;
}

Result<SpoolFile> SpoolFile::create(const std::filesystem::path& folder) {
    const std::filesystem::path where = folder.empty() ? std::filesystem::path(".") : folder;
    FileDescriptor descriptor(::open(where.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (!descriptor.open() && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
        // Some file systems know no nameless files: then it loses its name at once.
        std::string path = (where / "spool_XXXXXX").string();
        descriptor = FileDescriptor(::mkostemp(path.data(), O_CLOEXEC));
        if (descriptor.open()) ::unlink(path.c_str());
    }
    if (!descriptor.open()) return cannot_write(where.string(), errno);
    return SpoolFile(std::move(descriptor), where.string());
}

Result<> SpoolFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return cannot_write(folder_, errno);
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

}  // namespace sluice
