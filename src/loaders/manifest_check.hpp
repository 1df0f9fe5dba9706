// Compares what lies at a destination with its manifest, years later.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "loaders/manifest.hpp"
#include "utils/result.hpp"

namespace sluice {

// One thing that is not as the manifest says.
struct FileDifference {
    std::string what;      // "missing", "bytes", "crc64nvme", "sha256"
    std::string expected;  // as the manifest has it
    std::string found;
};

struct CheckedFile {
    std::string file;
    std::uint64_t bytes = 0;                  // as the manifest has it
    std::vector<FileDifference> differences;  // none: it is as it was published
};

struct ManifestCheck {
    std::string place;  // of the manifest
    Manifest manifest;
    std::vector<CheckedFile> files;  // in the manifest's order

    [[nodiscard]] bool all_same() const;
};

// What is known of a file; nothing where it is missing.
struct FoundFile {
    std::uint64_t bytes = 0;
    std::string crc64nvme;  // 16 hex digits
    std::string sha256;     // "" where the manifest has none
};
// Finds what lies there for an entry. May leave checksums out when the size differs: that says enough.
using FileFinder = std::function<Result<std::optional<FoundFile>>(const ManifestEntry& entry)>;

// Reads a manifest for looking only. Fails (kind config) for what is none, and for one of a newer Sluice.
[[nodiscard]] Result<Manifest> read_manifest_text(std::string_view text, const std::string& place);
[[nodiscard]] Result<ManifestCheck> check_files(Manifest manifest, std::string place, const FileFinder& find);

// `path`: a manifest, or a folder with one, or with `current/` of `layout: snapshot`. Each file is read whole. Fails
// (kind external) for a manifest that is missing and for what cannot be read, and when `stop` (may be null) is set.
[[nodiscard]] Result<ManifestCheck> check_folder(const std::filesystem::path& path, const StopFlag* stop);

}  // namespace sluice
