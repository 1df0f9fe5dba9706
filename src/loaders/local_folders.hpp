// Folders of this machine: made with a clear error, synced so that they outlive a loss of power.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

// Makes `folder` and what is missing above it; adds to `made` what was not there before, outer before inner.
// `destination` names in messages what cannot be written to.
[[nodiscard]] Result<> make_folders(const std::filesystem::path& folder, const std::string& destination,
                                    std::vector<std::filesystem::path>& made);

// Removes the folders that make_folders() made and that are empty.
void remove_made_folders(std::vector<std::filesystem::path>& made) noexcept;

// The names in it are on the disk.
[[nodiscard]] Result<> sync_folder(const std::filesystem::path& folder);
// The folder and all folders below it; not their files.
[[nodiscard]] Result<> sync_folders_below(const std::filesystem::path& folder);

}  // namespace sluice
