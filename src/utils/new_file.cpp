#include "utils/new_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sluice {

namespace fs = std::filesystem;

Result<> write_all(const FileDescriptor& file, const fs::path& path, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(file.get(), text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write", path.string(), errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<> write_new_file(const fs::path& path, std::string_view text, mode_t mode) {
    std::error_code fault;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), fault);
    if (fault) return system_error("make the folder", path.parent_path().string(), fault.value());
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.open()) return system_error("write", path.string(), errno);
    return write_all(file, path, text);
}

Result<> replace_file(const fs::path& path, std::string_view text, mode_t mode) {
    const fs::path draft = fmt::format("{}.{}.new", path.string(), ::getpid());
    Result<> written = write_new_file(draft, text, mode);
    if (written && ::rename(draft.c_str(), path.c_str()) != 0) written = system_error("write", path.string(), errno);
    if (!written) ::unlink(draft.c_str());
    return written;
}

}  // namespace sluice
