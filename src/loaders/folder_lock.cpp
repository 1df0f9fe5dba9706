#include "loaders/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>

#include "loaders/run_holder.hpp"
#include "loaders/write_fault.hpp"
#include "utils/waiting_time.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

// The kernel lets go of a dead run's lock, so that the name of one that has ended is older than the lock: whoever holds
// it now is about to write his own.
std::optional<RunHolder> living_holder(int file) {
    constexpr int kLooks = 50;
    constexpr std::chrono::milliseconds kBetween{10};
    const WaitingSpan span;
    for (int look = 0; look < kLooks; ++look) {
        std::array<char, 4096> bytes{};
        const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
        auto holder = parse_holder({bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0});
        if (holder && !has_ended(*holder)) return holder;
        std::this_thread::sleep_for(kBetween);
    }
    return std::nullopt;
}

Error held_by_another(int file, const RunIdentity& owner, const std::string& folder) {
    const auto holder = living_holder(file);
    if (!holder) {
        return conflict_error("locked",
                              fmt::format("'{}' is held by a process that has not said who it is: a run that has just "
                                          "started, or another program; wait until it has ended, or write to another "
                                          "folder with --to",
                                          folder));
    }
    if (holder->run == owner.run && holder->process.pid == ::getpid()) {
        return config_error("same_folder", fmt::format("two destinations of this config write to the same folder '{}'; "
                                                       "remove one, or give it another path",
                                                       folder));
    }
    return conflict_error("locked", fmt::format("'{}' is held by {}; wait until it has ended, or write to another "
                                                "folder with --to",
                                                folder, holder_sentence(*holder)));
}

// Whether `path` still names the open file: another run may have removed it between our open and our flock.
bool still_there(const fs::path& path, int file) {
    struct stat by_name {};
    struct stat by_descriptor {};
    return ::stat(path.c_str(), &by_name) == 0 && ::fstat(file, &by_descriptor) == 0 &&
           by_name.st_ino == by_descriptor.st_ino && by_name.st_dev == by_descriptor.st_dev;
}

}  // namespace

Result<FolderLock> FolderLock::take(const fs::path& lock_file, const RunIdentity& owner, const std::string& folder) {
    FolderLock lock;
    lock.path_ = lock_file;
    for (;;) {
        FileDescriptor file(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
        if (!file.open()) return write_fault("open the lock file", lock_file, errno);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EINTR) continue;
            if (errno == EWOULDBLOCK) return held_by_another(file.get(), owner, folder);
            return write_fault("lock", lock_file, errno);
        }
        if (!still_there(lock_file, file.get())) continue;
        const std::string text = holder_text(this_holder(owner));
        if (::ftruncate(file.get(), 0) != 0 ||
            ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
            return write_fault("write the lock file", lock_file, errno);
        }
        lock.file_ = std::move(file);
        return lock;
    }
}

void FolderLock::release() noexcept { file_.reset(); }

void FolderLock::release_and_remove() noexcept {
    if (!held()) return;
    ::unlink(path_.c_str());
    release();
}

}  // namespace sluice
