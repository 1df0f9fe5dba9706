#include "loaders/folder_lock.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <nlohmann/json.hpp>

#include "loaders/write_fault.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string owner_text(const RunIdentity& owner) {
    const nlohmann::ordered_json json{{"run", owner.run},
                                      {"pipeline", owner.pipeline},
                                      {"pid", ::getpid()},
                                      {"host", host_name()},
                                      {"since", fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::time(nullptr)))}};
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Error held_by_another(int file, const RunIdentity& owner, const std::string& folder) {
    std::array<char, 4096> bytes{};
    const ssize_t size = ::pread(file, bytes.data(), bytes.size(), 0);
    const auto json =
        nlohmann::json::parse(std::string(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0), nullptr, false);
    if (!json.is_object()) {
        return conflict_error("locked",
                              fmt::format("'{}' is held by another run that has just started; wait until it has "
                                          "ended, or write to another folder with --to",
                                          folder));
    }
    const auto text = [&](const char* key) {
        const auto found = json.find(key);
        if (found == json.end()) return std::string("?");
        return found->is_string() ? found->get<std::string>() : found->dump();
    };
    if (text("run") == owner.run && text("pid") == std::to_string(::getpid())) {
        return config_error("same_folder", fmt::format("two destinations of this config write to the same folder '{}'; "
                                                       "remove one, or give it another path",
                                                       folder));
    }
    return conflict_error(
        "locked", fmt::format("'{}' is held by run {} of pipeline '{}' (process {} on {}) since {}; wait until it has "
                              "ended, or write to another folder with --to",
                              folder, text("run"), text("pipeline"), text("pid"), text("host"), text("since")));
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
        const std::string text = owner_text(owner);
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
