// The folder of a run for files that nobody publishes: spooled sources, DuckDB's spilled blocks, outputs on their way
// to S3.
//
// While the run lives it holds a lock on a file in it (flock, which ends with the process, however that ends). So the
// next run can tell the folders that killed ones left behind, and removes them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

// Made below `parent` (default: $TMPDIR, else /tmp), mode 0700; removed with all that is in it by the destructor.
class ScratchFolder {
public:
    // Also removes what killed runs of this user left below `parent`: folders with the name and the rights that
    // create() gives, whose lock file nobody holds.
    [[nodiscard]] static Result<std::unique_ptr<ScratchFolder>> create(
        const std::optional<std::filesystem::path>& parent, const std::string& run);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    // Fails (kind external) when the file system below it has less room than this: `what` needs it, in words.
    [[nodiscard]] Result<> check_room(std::uint64_t bytes, const std::string& what) const;

private:
    ScratchFolder(std::filesystem::path path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}
    std::filesystem::path path_;
    FileDescriptor lock_;
};

}  // namespace sluice
