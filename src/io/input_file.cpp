#include "io/input_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

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

Result<FileDescriptor> open_descriptor(const std::filesystem::path& path, const std::string& name) {
    // O_NONBLOCK: a pipe without a writer must not hang the run; it changes nothing for regular files.
    FileDescriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.open()) return system_error("open", name, errno);
    return descriptor;
}

}  // namespace

Result<InputFile> InputFile::open(const std::filesystem::path& path, std::string name, const ReadOptions& options) {
    TRY_ASSIGN(FileDescriptor descriptor, open_descriptor(path, name));
    TRY_ASSIGN(InputFile file, of(std::move(descriptor), std::move(name)));
    file.path_ = path;
    file.options_ = options;
    TRY(file.read_head());
    if (!options.held) file.descriptor_.reset();
    return file;
}

Result<InputFile> InputFile::adopt(FileDescriptor descriptor, std::string name) {
    TRY_ASSIGN(InputFile file, of(std::move(descriptor), std::move(name)));
    TRY(file.read_head());
    return file;
}

Result<InputFile> InputFile::of_source(std::unique_ptr<const ByteSource> source, std::string name) {
    InputFile file;
    file.name_ = std::move(name);
    file.identity_.size = source->size();
    file.source_ = std::move(source);
    TRY(file.read_head());
    return file;
}

Result<> InputFile::read_head() {
    head_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kHead, size())));
    return read_at(0, head_.data(), head_.size());
}

Result<InputFile> InputFile::of(FileDescriptor descriptor, std::string name) {
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) return system_error("read", name, errno);
    if (!S_ISREG(status.st_mode)) return not_a_file(name, status.st_mode);
    InputFile file;
    file.descriptor_ = std::move(descriptor);
    file.name_ = std::move(name);
    file.identity_ = {status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size), status.st_mtim};
    file.linked_ = status.st_nlink > 0;
    return file;
}

std::optional<std::int64_t> InputFile::modified_nanoseconds() const noexcept {
    if (source_ != nullptr) return source_->modified_nanoseconds();
    if (!linked_) return std::nullopt;
    return std::int64_t{identity_.modified.tv_sec} * 1'000'000'000 + std::int64_t{identity_.modified.tv_nsec};
}

std::string InputFile::descriptor_path() const { return fmt::format("/proc/self/fd/{}", descriptor_.get()); }

Error InputFile::changed(std::string what) const {
    return external_error("file_changed",
                          fmt::format("cannot read '{}': {}; nothing may change an input while it is read: run again "
                                      "when its writer is done",
                                      name_, what),
                          true);
}

Result<FileDescriptor> InputFile::reopen() const {
    TRY_ASSIGN(FileDescriptor descriptor, open_descriptor(path_, name_));
    struct stat status {};
    if (::fstat(descriptor.get(), &status) != 0) return system_error("read", name_, errno);
    if (status.st_dev != identity_.device || status.st_ino != identity_.number)
        return changed("another file has its name now");
    return descriptor;
}

Result<std::size_t> InputFile::read_some(int descriptor, std::uint64_t offset, char* out, std::size_t count) const {
    const auto once = [&](Attempt&) -> Result<std::size_t> {
        for (;;) {
            const ssize_t got = options_.pread(descriptor, out, count, static_cast<off_t>(offset));
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno != EINTR) return system_error("read", name_, errno);
        }
    };
    RetryClock& clock = options_.clock != nullptr ? *options_.clock : system_retry_clock();
    return retry(options_.retry, clock, options_.stop, once);
}

Result<> InputFile::read_at(std::uint64_t offset, char* out, std::size_t count) const {
    if (count == 0) return {};
    if (source_ != nullptr) return source_->read_at(offset, out, count);
    FileDescriptor opened;
    if (!descriptor_.open()) {
        TRY_ASSIGN(opened, reopen());
    }
    const int descriptor = descriptor_.open() ? descriptor_.get() : opened.get();
    while (count > 0) {
        TRY_ASSIGN(const std::size_t got, read_some(descriptor, offset, out, count));
        if (got == 0) {
            return external_error(
                "file_shrank",
                fmt::format("cannot read '{}': it had {} bytes when it was opened and now ends at byte {}; nothing may "
                            "change an input while it is read: run again when its writer is done",
                            name_, size(), offset),
                true);
        }
        out += got;
        offset += got;
        count -= got;
    }
    return {};
}

Result<> InputFile::check_unchanged() const {
    if (path_.empty()) return {};
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) {
        if (errno == ENOENT) return changed("it was removed while it was read");
        return system_error("read", name_, errno);
    }
    if (status.st_dev != identity_.device || status.st_ino != identity_.number)
        return changed("it was replaced by another file while it was read");
    const auto size_now = static_cast<std::uint64_t>(status.st_size);
    if (size_now > size()) {
        return changed(
            fmt::format("it grew from {} to {} bytes while it was read (`read: to_size_at_open` would take "
                        "what it held when it was opened)",
                        size(), size_now));
    }
    if (size_now < size())
        return changed(fmt::format("it shrank from {} to {} bytes while it was read", size(), size_now));
    if (status.st_mtim.tv_sec != identity_.modified.tv_sec || status.st_mtim.tv_nsec != identity_.modified.tv_nsec)
        return changed("it was written to while it was read");
    return {};
}

}  // namespace sluice
