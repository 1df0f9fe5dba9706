#include "quality/diff/place_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "io/input_file.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{1} << 18U;

Result<bool> same_bytes(const fs::path& before, const fs::path& after, const StopFlag* stop) {
    TRY_ASSIGN(const InputFile old, InputFile::open(before, before.string(), {.stop = stop}));
    TRY_ASSIGN(const InputFile now, InputFile::open(after, after.string(), {.stop = stop}));
    if (old.size() != now.size()) return false;
    std::string left(kPieceBytes, '\0');
    std::string right(kPieceBytes, '\0');
    for (std::uint64_t at = 0; at < old.size(); at += kPieceBytes) {
        if (stop != nullptr) TRY(stop->check());
        const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, old.size() - at));
        TRY(old.read_at(at, left.data(), size));
        TRY(now.read_at(at, right.data(), size));
        if (left.compare(0, size, right, 0, size) != 0) return false;
    }
    return true;
}

Result<std::optional<FileDiff>> diff_rows(const fs::path& before, const fs::path& after, const DiffOptions& options,
                                          bool in_folder) {
    TRY_ASSIGN(const auto old, open_for_diff(before, before.string(), options.stop));
    TRY_ASSIGN(const auto now, open_for_diff(after, after.string(), options.stop));
    if (!old || !now) return std::optional<FileDiff>();
    auto diff = diff_files(*old, *now, options.key, options.most);
    if (!diff && in_folder && diff.error().code == "no_such_column") diff = diff_files(*old, *now, {}, options.most);
    if (!diff) return std::move(diff).error();
    return std::optional(std::move(*diff));
}

Result<PlaceDiff> diff_pair(const fs::path& before, const fs::path& after, std::string name, const DiffOptions& options,
                            bool in_folder) {
    PlaceDiff place{.file = std::move(name), .status = PlaceDiff::Status::same, .rows = {}};
    TRY_ASSIGN(const bool same, same_bytes(before, after, options.stop));
    if (same) return place;
    TRY_ASSIGN(place.rows, diff_rows(before, after, options, in_folder));
    // Where rows can be read they decide: 1.50 for 1.5, or another order of columns, is no difference.
    if (!place.rows || !place.rows->same()) place.status = PlaceDiff::Status::different;
    return place;
}

Result<std::set<std::string>> files_below(const fs::path& folder) {
    std::set<std::string> files;
    std::error_code fault;
    fs::recursive_directory_iterator entry(folder, fault);
    for (; !fault && entry != fs::recursive_directory_iterator(); entry.increment(fault)) {
        std::error_code gone;
        const std::string name = entry->path().filename().string();
        if (name.starts_with('.')) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file(gone) && name != "manifest.json") {
            files.insert(entry->path().lexically_relative(folder).string());
        }
    }
    if (fault) return system_error("read the folder", folder.string(), fault.value());
    return files;
}

Result<std::vector<PlaceDiff>> diff_folders(const fs::path& before, const fs::path& after, const DiffOptions& options) {
    TRY_ASSIGN(const auto old, files_below(before));
    TRY_ASSIGN(const auto now, files_below(after));
    std::set<std::string> all = old;
    all.insert(now.begin(), now.end());
    std::vector<PlaceDiff> places;
    for (const std::string& file : all) {
        if (!old.contains(file) || !now.contains(file)) {
            places.push_back(
                {.file = file,
                 .status = old.contains(file) ? PlaceDiff::Status::only_before : PlaceDiff::Status::only_after,
                 .rows = {}});
            continue;
        }
        TRY_ASSIGN(auto place, diff_pair(before / file, after / file, file, options, true));
        places.push_back(std::move(place));
    }
    return places;
}

}  // namespace

Result<std::vector<PlaceDiff>> diff_places(const fs::path& before, const fs::path& after, const DiffOptions& options) {
    for (const fs::path& place : {before, after}) {
        std::error_code fault;
        if (!fs::exists(place, fault)) return system_error("open", place.string(), ENOENT);
    }
    const bool old_is_folder = fs::is_directory(before);
    if (old_is_folder != fs::is_directory(after))
        return config_error(
            "usage", fmt::format("'{}' is a folder and '{}' is a file: compare two of a kind",
                                 (old_is_folder ? before : after).string(), (old_is_folder ? after : before).string()));
    if (old_is_folder) return diff_folders(before, after, options);
    TRY_ASSIGN(auto place, diff_pair(before, after, after.string(), options, false));
    std::vector<PlaceDiff> places;
    places.push_back(std::move(place));
    return places;
}

}  // namespace sluice
