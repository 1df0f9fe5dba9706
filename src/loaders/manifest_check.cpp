#include "loaders/manifest_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loaders/file_text.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/sha256.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

fs::path manifest_of(const fs::path& path) {
    std::error_code absent;
    if (!fs::is_directory(path, absent)) return path;
    const fs::path snapshot = path / "current" / kManifestFile;
    const bool is_snapshot = !fs::exists(path / kManifestFile, absent) && fs::exists(snapshot, absent);
    return is_snapshot ? snapshot : path / kManifestFile;
}

Result<std::optional<FoundFile>> read_file(const fs::path& path, const ManifestEntry& entry, const StopFlag* stop) {
    std::error_code failure;
    if (!fs::exists(path, failure)) return std::optional<FoundFile>();
    FoundFile found{.bytes = fs::file_size(path, failure), .crc64nvme = {}, .sha256 = {}};
    if (failure) return system_error("look at", path.string(), failure.value());
    if (found.bytes != entry.bytes) return std::optional(found);
    std::uint64_t checksum = 0;
    Sha256 hash;
    const bool with_sha256 = !entry.sha256.empty();
    TRY(read_in_pieces(path, stop, [&](std::string_view piece) {
        checksum = crc64nvme(piece, checksum);
        if (with_sha256) hash.add(piece);
        return Result<>();
    }));
    found.crc64nvme = crc64nvme_text(checksum);
    if (with_sha256) found.sha256 = hash.text();
    return std::optional(std::move(found));
}

CheckedFile compare(const ManifestEntry& entry, const std::optional<FoundFile>& found) {
    CheckedFile checked{.file = entry.file, .bytes = entry.bytes, .differences = {}};
    const auto add = [&](const char* what, std::string expected, std::string is) {
        if (expected != is) checked.differences.push_back({what, std::move(expected), std::move(is)});
    };
    if (!found) {
        add("missing", "a file", "nothing");
        return checked;
    }
    add("bytes", fmt::format("{}", entry.bytes), fmt::format("{}", found->bytes));
    if (!checked.differences.empty()) return checked;
    add("crc64nvme", entry.crc64nvme, found->crc64nvme);
    add("sha256", entry.sha256, found->sha256);
    return checked;
}

}  // namespace

bool ManifestCheck::all_same() const {
    return std::ranges::all_of(files, [](const CheckedFile& file) { return file.differences.empty(); });
}

Result<Manifest> read_manifest_text(std::string_view text, const std::string& place) {
    auto manifest = parse_manifest(text, place);
    if (manifest) return manifest;
    if (manifest.error().code == "foreign_manifest")
        return config_error("no_manifest", fmt::format("'{}' is no manifest that Sluice wrote", place));
    Error error = std::move(manifest).error();
    error.kind = ErrorKind::config;
    return error;
}

Result<ManifestCheck> check_files(Manifest manifest, std::string place, const FileFinder& find) {
    ManifestCheck check{.place = std::move(place), .manifest = std::move(manifest), .files = {}};
    for (const ManifestEntry& entry : check.manifest.files) {
        TRY_ASSIGN(const auto found, find(entry));
        check.files.push_back(compare(entry, found));
    }
    return check;
}

Result<ManifestCheck> check_folder(const fs::path& path, const StopFlag* stop) {
    const fs::path place = manifest_of(path);
    std::string text;
    TRY(read_in_pieces(place, stop, [&](std::string_view piece) {
        text += piece;
        return Result<>();
    }));
    TRY_ASSIGN(Manifest manifest, read_manifest_text(text, place.string()));
    return check_files(std::move(manifest), place.string(), [&](const ManifestEntry& entry) {
        return read_file(place.parent_path() / entry.file, entry, stop);
    });
}

}  // namespace sluice
