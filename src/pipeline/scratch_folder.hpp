// The folder of a run for files that nobody publishes: spooled sources, DuckDB's spilled blocks, outputs on their way
// to S3.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "utils/result.hpp"

namespace sluice {

// Made below `parent` (default: $TMPDIR, else /tmp), mode 0700; removed with all that is in it by the destructor.
class ScratchFolder {
public:
    [[nodiscard]] static Result<std::unique_ptr<ScratchFolder>> create(
        const std::optional<std::filesystem::path>& parent, const std::string& run);
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace sluice
