// Compares two files, or two folders file by file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "quality/diff/file_diff.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct PlaceDiff {
    enum class Status { same, different, only_before, only_after };
    std::string file;  // below both folders; of two files the new one as it was named
    Status status = Status::same;
    // How the rows differ; nothing where the bytes are the same, or the format has no rows that we could read.
    std::optional<FileDiff> rows;
};

struct DiffOptions {
    std::vector<std::string> key;
    std::size_t most = 10;  // rows of each kind that are shown
    const StopFlag* stop = nullptr;
};

// Both are files, or both are folders: else kind config. In folders `manifest.json` and what begins with a dot are left
// out, and a file whose rows lack a column of the key is compared by position. Files in order of their names. Fails
// (kind external) for what cannot be read.
[[nodiscard]] Result<std::vector<PlaceDiff>> diff_places(const std::filesystem::path& before,
                                                         const std::filesystem::path& after,
                                                         const DiffOptions& options);

}  // namespace sluice
