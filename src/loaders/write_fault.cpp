#include "loaders/write_fault.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstdint>

namespace sluice {
namespace {

std::string room_left(const std::filesystem::path& path) {
    struct statvfs status {};
    if (::statvfs(path.parent_path().empty() ? "." : path.parent_path().c_str(), &status) != 0) return "";
    const std::uint64_t bytes = static_cast<std::uint64_t>(status.f_bavail) * status.f_frsize;
    if (status.f_files != 0 && status.f_favail == 0) return " (no inode is left)";
    return fmt::format(" ({:.1f} MiB are left)", static_cast<double>(bytes) / (1024.0 * 1024.0));
}

std::string cure(const std::filesystem::path& path, int error_number) {
    switch (error_number) {
        case ENOSPC:
            return fmt::format("; free space on its file system{} or write to another folder with --to",
                               room_left(path));
        case EDQUOT:
            return "; your disk quota is used up: remove files or write to another folder with --to";
        case EFBIG:
            return "; the file is larger than the file system or `ulimit -f` allows";
        case EIO:
            return "; the device or file server reports a fault: `dmesg` says more";
        case EROFS:
            return "; the file system is read-only: write to another folder with --to";
        case EACCES:
        case EPERM:
            return fmt::format(
                "; the user of this process needs write permission there (`ls -ld '{}'` shows the owner)",
                path.parent_path().empty() ? "." : path.parent_path().string());
        case ENOTDIR:
            return "; a part of the path is a file and not a folder";
        case ENAMETOOLONG:
            return "; choose a shorter name";
        default:
            return "";
    }
}

}  // namespace

Error write_fault(std::string_view action, const std::filesystem::path& path, int error_number) {
    Error error = system_error(action, path.string(), error_number);
    error.message += cure(path, error_number);
    if (error_number == EDQUOT) error.code = "disk_full";
    return error;
}

}  // namespace sluice
