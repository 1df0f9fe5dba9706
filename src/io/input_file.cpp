#include "io/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

namespace sluice {

namespace {

Error not_a_file(const std::string& name, mode_t mode) {
    if (S_ISDIR(mode)) {
        return external_error("is_directory",
                              fmt::format("cannot read '{}': it is a directory; name a file in it or a pattern such as "
                                          "'{}/*.jsonl'",
                                          name, name));
    }
    return external_error("not_a_file",
                          fmt::format("cannot read '{}': it is not a regular file (a pipe, socket or device); save its "
                                      "bytes in a file first, or read it with `type: command`",
                                      name));
}

}  // namespace

Result<InputFile> InputFile::open(const std::filesystem::path& path, std::string name) {
    // O_NONBLOCK: a pipe without a writer must not hang the run; it changes nothing for regular files.
    FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.open()) return system_error("open", name, errno);
    return adopt(std::move(descriptor), std::move(name));
}

Result<InputFile> InputFile::adopt(FileDescriptor descriptor, std::string name) {
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) return system_error("read", name, errno);
    if (!S_ISREG(status.st_mode)) return not_a_file(name, status.st_mode);
    std::optional<std::int64_t> modified;
    if (status.st_nlink > 0)
        modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + std::int64_t{status.st_mtim.tv_nsec};
    return InputFile(std::move(descriptor), std::move(name), static_cast<std::uint64_t>(status.st_size), modified);
}

std::string InputFile::descriptor_path() const { return fmt::format("/proc/self/fd/{}", descriptor_.get()); }

Result<> InputFile::read_at(std::uint64_t offset, char* out, std::size_t count) const {
    while (count > 0) {
        const ssize_t got = ::pread(descriptor_.get(), out, count, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", name_, errno);
        if (got == 0) {
            return external_error(
                "file_shrank",
                fmt::format("cannot read '{}': it had {} bytes when it was opened and now ends at byte {}; nothing may "
                            "change an input while it is read: run again when its writer is done",
                            name_, size_, offset),
                true);
        }
        out += got;
        offset += static_cast<std::uint64_t>(got);
        count -= static_cast<std::size_t>(got);
    }
    return {};
}

}  // namespace sluice
