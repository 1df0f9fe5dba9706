#include "loaders/local_folders.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "loaders/write_fault.hpp"
#include "utils/file_descriptor.hpp"

namespace sluice {

namespace fs = std::filesystem;

Result<> make_folders(const fs::path& folder, const std::string& destination, std::vector<fs::path>& made) {
    fs::path path;
    for (const fs::path& part : folder) {
        path /= part;
        if (::mkdir(path.c_str(), 0755) == 0) {
            made.push_back(path);
            continue;
        }
        const int fault = errno;
        std::error_code failure;
        if (fs::is_directory(path, failure)) continue;
        if (fault == EEXIST) {
            return external_error(
                "not_a_folder", fmt::format("cannot write to '{}': '{}' is a file and not a folder; remove it, or give "
                                            "the destination another path",
                                            destination, path.string()));
        }
        return write_fault("make the folder", path, fault);
    }
    return {};
}

void remove_made_folders(std::vector<fs::path>& made) noexcept {
    for (auto folder = made.rbegin(); folder != made.rend(); ++folder) ::rmdir(folder->c_str());
    made.clear();
}

Result<> sync_folder(const fs::path& folder) {
    const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.get()) != 0) return write_fault("sync the folder", folder, errno);
    return {};
}

Result<> sync_folders_below(const fs::path& folder) {
    TRY(sync_folder(folder));
    std::error_code failure;
    for (auto entry = fs::recursive_directory_iterator(folder, failure);
         !failure && entry != fs::recursive_directory_iterator(); entry.increment(failure)) {
        if (entry->is_directory(failure) && !entry->is_symlink(failure)) TRY(sync_folder(entry->path()));
    }
    if (failure) return write_fault("look at", folder, failure.value());
    return {};
}

}  // namespace sluice
