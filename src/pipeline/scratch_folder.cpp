#include "pipeline/scratch_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>
#include <vector>

#include "monitoring/number_text.hpp"
#include "pipeline/run_identity.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "sluice-";
constexpr const char* kLockName = "lock";

std::vector<fs::path> entries_of(const fs::path& folder) {
    std::vector<fs::path> entries;
    std::error_code fault;  // ends the loop
    for (fs::directory_iterator entry(folder, fault); !fault && entry != fs::directory_iterator();
         entry.increment(fault)) {
        entries.push_back(entry->path());
    }
    return entries;
}

// The lock goes last: until then a removal that was cut short can be done again.
void remove_folder(const fs::path& folder) {
    std::error_code ignored;  // what is left behind is in a temporary folder, and there is nobody to tell
    for (const fs::path& entry : entries_of(folder)) {
        if (entry.filename() != kLockName) fs::remove_all(entry, ignored);
    }
    fs::remove(folder / kLockName, ignored);
    fs::remove(folder, ignored);
}

bool is_private_to_us(const struct stat& found, mode_t type) {
    constexpr mode_t kOthers = 077;
    return (found.st_mode & S_IFMT) == type && found.st_uid == ::geteuid() && (found.st_mode & kOthers) == 0;
}

// The lock of a folder that a run which has ended left behind, taken; nothing for any other folder.
FileDescriptor lock_of_dead_run(const fs::path& folder) {
    struct stat found {};
    const FileDescriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!opened.open() || ::fstat(opened.get(), &found) != 0 || !is_private_to_us(found, S_IFDIR)) return {};
    FileDescriptor lock(::openat(opened.get(), kLockName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!lock.open() || ::fstat(lock.get(), &found) != 0 || !is_private_to_us(found, S_IFREG)) return {};
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) return {};
    return lock;
}

void remove_what_dead_runs_left(const fs::path& below) {
    for (const fs::path& folder : entries_of(below)) {
        const std::string name = folder.filename().string();
        if (!name.starts_with(kPrefix) || !is_run_id(std::string_view(name).substr(kPrefix.size()))) continue;
        const FileDescriptor lock = lock_of_dead_run(folder);
        if (lock.open()) remove_folder(folder);
    }
}

// Makes the folder and takes its lock. Gives 0, or errno; EAGAIN when another run took the folder for a dead one's in
// the moment before it was locked, and removes it.
int make_locked(const fs::path& folder, FileDescriptor& lock) {
    if (::mkdir(folder.c_str(), 0700) != 0) return errno;
    const fs::path name = folder / kLockName;
    lock = FileDescriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!lock.open()) {
        const int cause = errno;
        remove_folder(folder);
        return cause;
    }
    // A file system without locks: there nobody can take ours for a dead run's either.
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) return EAGAIN;
    struct stat found {};
    return ::stat(name.c_str(), &found) == 0 ? 0 : EAGAIN;
}

}  // namespace

Result<std::unique_ptr<ScratchFolder>> ScratchFolder::create(const std::optional<fs::path>& parent,
                                                             const std::string& run) {
    std::error_code fault;
    const fs::path below = parent ? *parent : fs::temp_directory_path(fault);
    if (fault) return external_error("temp_dir", "$TMPDIR is not a folder; set it to one, or use --temp-dir");
    remove_what_dead_runs_left(below);
    const fs::path path = below / fmt::format("{}{}", kPrefix, run);
    FileDescriptor lock;
    int cause = make_locked(path, lock);
    if (cause == EAGAIN) {
        // Whoever removes it has the lock until it is gone.
        while (::flock(lock.get(), LOCK_EX) != 0 && errno == EINTR) continue;
        cause = make_locked(path, lock);
    }
    if (cause == 0) return std::unique_ptr<ScratchFolder>(new ScratchFolder(path, std::move(lock)));
    Error error = system_error("make the temporary folder", path.string(), cause);
    error.message += "; use --temp-dir to name a folder that exists and can be written to";
    return error;
}

Result<> ScratchFolder::check_room(std::uint64_t bytes, const std::string& what) const {
    std::error_code fault;
    const fs::space_info space = fs::space(path_, fault);
    if (fault || space.available >= bytes) return {};
    return external_error(
        "disk_full", fmt::format("{} needs at least {} in the temporary folder '{}', and {} are free there; free "
                                 "space, name another folder with --temp-dir, or give more --memory",
                                 what, bytes_text(bytes), path_.parent_path().string(), bytes_text(space.available)));
}

ScratchFolder::~ScratchFolder() { remove_folder(path_); }

}  // namespace sluice
