#include "config/secret_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "config/validation.hpp"
#include "utils/file_descriptor.hpp"

namespace sluice {
namespace {

constexpr std::size_t kLargest = std::size_t{64} << 10U;

Error fault(const std::string& path, std::string_view what) {
    return config_error("secret_file", fmt::format("the secret's file {} {}", in_quotes(path), what));
}

Error fault(const std::string& path, int error_number) {
    return fault(path, fmt::format("cannot be read: {}", std::generic_category().message(error_number)));
}

}  // namespace

Result<Secret> read_secret_file(const std::string& path) {
    if (!path.starts_with('/')) return fault(path, "is not an absolute path");
    if (path.find('\0') != std::string::npos) return fault(path, "has a NUL in its name");
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));  // a FIFO must not block
    if (file.get() < 0) return fault(path, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fault(path, errno);
    if (!S_ISREG(status.st_mode)) return fault(path, "is not a regular file");
    if ((status.st_mode & S_IWOTH) != 0)
        return fault(path, "may be written by everyone; take that right away: chmod o-w");
    std::string text(kLargest + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t count = ::read(file.get(), text.data() + size, text.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return fault(path, errno);
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
    }
    if (size > kLargest) return fault(path, "is larger than 64 KiB");
    text.resize(size);
    if (text.ends_with('\n')) text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
    if (text.empty()) return fault(path, "is empty");
    if (text.find('\0') != std::string::npos) return fault(path, "holds a NUL, so it is no text");
    return Secret(std::move(text));
}

}  // namespace sluice
