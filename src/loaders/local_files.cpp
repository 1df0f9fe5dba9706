#include "loaders/local_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "loaders/local_folders.hpp"
#include "loaders/write_fault.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

bool is_there(const fs::path& path) {
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

// The nearest folder above `path` that is there.
fs::path folder_above(const fs::path& path) {
    fs::path folder = path.parent_path();
    std::error_code ignored;
    while (!fs::exists(fs::symlink_status(folder, ignored)) && folder.has_relative_path())
        folder = folder.parent_path();
    return folder;
}

Result<> check_replaceable(const fs::path& target, const struct stat& folder) {
    struct stat present {};
    if (::lstat(target.c_str(), &present) != 0) {
        if (errno == ENOENT) return {};
        return write_fault("look at", target, errno);
    }
    if (S_ISDIR(present.st_mode)) {
        return external_error(
            "target_is_a_folder",
            fmt::format("cannot replace '{}': it is a folder; remove it, or choose another `file`", target.string()));
    }
    const bool sticky = (folder.st_mode & S_ISVTX) != 0 && ::geteuid() != 0;
    if (sticky && present.st_uid != ::geteuid() && folder.st_uid != ::geteuid()) {
        return write_fault("replace", target, EPERM);
    }
    return {};
}

}  // namespace

Result<> LocalFiles::check(const std::string& name) const {
    const fs::path target = folder() / name;
    const fs::path above = folder_above(target);
    std::error_code ignored;
    if (!fs::is_directory(above, ignored)) {
        return external_error("not_a_folder", fmt::format("cannot write to '{}': '{}' is a file and not a folder; "
                                                          "remove it, or choose another `file`",
                                                          target.string(), above.string()));
    }
    if (::faccessat(AT_FDCWD, above.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        return write_fault("write to the folder", above / ".", errno);
    }
    struct stat here {};
    struct stat there {};
    if (::stat(folder().c_str(), &there) != 0) return write_fault("look at", folder(), errno);
    if (::stat(above.c_str(), &here) != 0) return write_fault("look at", above, errno);
    if (here.st_dev != there.st_dev) {
        return external_error("other_file_system",
                              fmt::format("'{}' is on another file system than its destination, so that a file cannot "
                                          "appear there at once; make that folder a destination of its own",
                                          above.string()));
    }
    return check_replaceable(target, here);
}

// After an exchange the staged name holds the earlier file.
Result<bool> LocalFiles::is_shown(const CommitRecord&, const CommitEntry& entry) {
    TRY_ASSIGN(const bool staged, holds(folder() / entry.staged, entry.bytes, entry.crc64nvme));
    if (staged) return false;
    TRY_ASSIGN(const bool shown, holds(folder() / entry.name, entry.bytes, entry.crc64nvme));
    if (shown) return true;
    return external_error(std::string(kStagedLost), fmt::format("'{}' is gone", entry.name));
}

Result<> LocalFiles::show(const CommitRecord&, const CommitEntry& entry) {
    const fs::path from = folder() / entry.staged;
    const fs::path target = folder() / entry.name;
    const std::size_t made_before = made_folders_.size();
    TRY(make_folders(target.parent_path(), folder().string(), made_folders_));
    if (is_there(target)) {
        if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return {};
        if (errno != EINVAL && errno != ENOSYS && errno != ENOENT) return write_fault("replace", target, errno);
        overwritten_.insert(entry.name);
    }
    if (::rename(from.c_str(), target.c_str()) == 0) return {};
    const int fault = errno;
    overwritten_.erase(entry.name);
    std::vector<fs::path> made(made_folders_.begin() + static_cast<std::ptrdiff_t>(made_before), made_folders_.end());
    remove_made_folders(made);
    made_folders_.resize(made_before);
    return write_fault("replace", target, fault);
}

Result<> LocalFiles::hide(const CommitRecord&, const CommitEntry& entry) {
    const fs::path from = folder() / entry.staged;
    const fs::path target = folder() / entry.name;
    if (overwritten_.contains(entry.name)) {
        return external_error("no_exchange", fmt::format("'{}' was replaced by a plain rename, since its file system "
                                                         "cannot exchange two files",
                                                         target.string()));
    }
    const unsigned how = is_there(from) ? RENAME_EXCHANGE : RENAME_NOREPLACE;
    if (::renameat2(AT_FDCWD, target.c_str(), AT_FDCWD, from.c_str(), how) != 0)
        return write_fault("put back", target, errno);
    // Those of other entries are not empty yet.
    for (std::size_t index = made_folders_.size(); index-- > 0;)
        if (::rmdir(made_folders_[index].c_str()) == 0)
            made_folders_.erase(made_folders_.begin() + static_cast<std::ptrdiff_t>(index));
    return {};
}

// Of all targets, and all folders above them up to the destination: some may have been made for them.
Result<> LocalFiles::settle(const CommitRecord& record) {
    if (!durable()) return {};
    std::set<fs::path> folders;
    for (const CommitEntry& entry : record.entries) {
        for (fs::path name = fs::path(entry.name).parent_path(); !name.empty(); name = name.parent_path())
            folders.insert(folder() / name);
    }
    folders.insert(folder());
    std::error_code ignored;
    for (const fs::path& path : folders)
        if (fs::is_directory(path, ignored)) TRY(sync_folder(path));
    return {};
}

}  // namespace sluice
