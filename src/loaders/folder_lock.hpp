// Holds a folder against other runs, in this process or another: an flock on a lock file, which the kernel drops when
// its owner dies. The file says who holds it, for the message that the others show.
#pragma once

#include <filesystem>
#include <string>

#include "loaders/destination.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

class FolderLock {
public:
    FolderLock() = default;
    // Fails with kind conflict when another run holds it; `folder` names the destination in messages.
    [[nodiscard]] static Result<FolderLock> take(const std::filesystem::path& lock_file, const RunIdentity& owner,
                                                 const std::string& folder);
    [[nodiscard]] bool held() const noexcept { return file_.open(); }
    // The file stays for the next run.
    void release() noexcept;
    // Removes the file too; safe against a run that waits to open it, since take() looks whether its file is still
    // there.
    void release_and_remove() noexcept;

private:
    std::filesystem::path path_;
    FileDescriptor file_;
};

}  // namespace sluice
