#include "loaders/local_snapshots.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "loaders/file_text.hpp"
#include "loaders/local_folders.hpp"
#include "loaders/manifest.hpp"
#include "loaders/write_fault.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

Result<std::string> text_of(const fs::path& path) {
    std::string text;
    TRY(read_in_pieces(path, nullptr, [&](std::string_view piece) {
        text.append(piece);
        return Result<>();
    }));
    return text;
}

// Whether all that the folder's manifest lists is there, and the manifest is the one of the record.
Result<bool> is_whole(const fs::path& folder, const CommitEntry& entry) {
    const fs::path path = folder / kManifestFile;
    TRY_ASSIGN(const bool same, holds(path, entry.bytes, entry.crc64nvme));
    if (!same) return false;
    TRY_ASSIGN(const std::string text, text_of(path));
    TRY_ASSIGN(const Manifest manifest, parse_manifest(text, path.string()));
    for (const ManifestEntry& file : manifest.files) {
        TRY_ASSIGN(const auto digest, digest_of(folder / file.file));
        if (!digest || digest->bytes != file.bytes || crc64nvme_text(digest->crc64nvme) != file.crc64nvme) return false;
    }
    return true;
}

// "" when it is no symbolic link.
std::string target_of(const fs::path& link) {
    std::error_code absent;
    return fs::read_symlink(link, absent).string();
}

}  // namespace

Result<> LocalSnapshots::check() const {
    struct stat status {};
    if (::lstat(link().c_str(), &status) != 0 || S_ISLNK(status.st_mode)) return {};
    return external_error("target_is_no_link",
                          fmt::format("'{}' is there and is no symbolic link, so that `layout: snapshot` cannot switch "
                                      "it; move it away, or choose another path for the destination",
                                      link().string()));
}

Result<bool> LocalSnapshots::is_shown(const CommitRecord& record, const CommitEntry& entry) {
    if (target_of(link()) == (fs::path("snapshots") / record.run).string()) return true;
    for (const fs::path& place : {folder() / entry.staged, snapshot(record.run)}) {
        TRY_ASSIGN(const bool whole, is_whole(place, entry));
        if (whole) return false;
    }
    return external_error(std::string(kStagedLost), fmt::format("snapshot {} is gone", record.run));
}

Result<> LocalSnapshots::show(const CommitRecord& record, const CommitEntry& entry) {
    before_ = target_of(link());
    std::vector<fs::path> made;
    TRY(make_folders(folder() / "snapshots", folder().string(), made));
    const fs::path staged = folder() / entry.staged;
    const fs::path place = snapshot(record.run);
    // The next run finds it moved already when this one was killed in between.
    const bool moved = ::rename(staged.c_str(), place.c_str()) == 0;
    if (!moved && errno != ENOENT) {
        const int fault = errno;
        remove_made_folders(made);
        return write_fault("make", place, fault);
    }
    Result<> shown = durable() ? sync_folder(place.parent_path()) : Result<>();
    if (shown) shown = switch_to((fs::path("snapshots") / record.run).string());
    if (!shown && moved && ::rename(place.c_str(), staged.c_str()) == 0) remove_made_folders(made);
    return shown;
}

Result<> LocalSnapshots::switch_to(const std::string& target) {
    std::vector<fs::path> made;
    TRY(make_folders(staging(), folder().string(), made));
    const fs::path draft = staging() / kCurrentSnapshot;
    ::unlink(draft.c_str());
    if (::symlink(target.c_str(), draft.c_str()) != 0) return write_fault("make the link", draft, errno);
    if (::rename(draft.c_str(), link().c_str()) != 0) return write_fault("switch the link", link(), errno);
    return {};
}

Result<> LocalSnapshots::hide(const CommitRecord& record, const CommitEntry& entry) {
    if (!before_.empty()) {
        TRY(switch_to(before_));
    } else if (::unlink(link().c_str()) != 0) {
        return write_fault("remove the link", link(), errno);
    }
    const fs::path staged = folder() / entry.staged;
    if (::rename(snapshot(record.run).c_str(), staged.c_str()) != 0) return write_fault("put back", staged, errno);
    ::rmdir((folder() / "snapshots").c_str());
    return {};
}

Result<> LocalSnapshots::settle(const CommitRecord&) { return durable() ? sync_folder(folder()) : Result<>(); }

// A snapshot first leaves its place by a rename, so that none is ever half there.
Result<> LocalSnapshots::prune(std::size_t keep, const std::string& pipeline) {
    const std::string current = fs::path(target_of(link())).filename().string();
    using Age = std::pair<fs::file_time_type, std::string>;  // of its manifest, which each run writes anew
    std::vector<Age> runs;
    std::error_code failure;
    for (const auto& entry : fs::directory_iterator(folder() / "snapshots", failure)) {
        const std::string run = entry.path().filename().string();
        const auto text = text_of(entry.path() / kManifestFile);
        if (!text || run == current) continue;
        const auto manifest = parse_manifest(*text, run);
        if (!manifest || manifest->run != run || manifest->pipeline != pipeline) continue;
        std::error_code unknown;
        runs.emplace_back(fs::last_write_time(entry.path() / kManifestFile, unknown), run);
    }
    if (failure) return system_error("look at", (folder() / "snapshots").string(), failure.value());
    std::ranges::sort(runs);
    const std::size_t others = keep > 0 ? keep - 1 : 0;
    std::vector<fs::path> made;
    for (std::size_t index = 0; index + others < runs.size(); ++index) {
        TRY(make_folders(staging(), folder().string(), made));
        const fs::path grave = staging() / runs[index].second;
        if (::rename(snapshot(runs[index].second).c_str(), grave.c_str()) != 0)
            return write_fault("remove", snapshot(runs[index].second), errno);
    }
    return remove_staged();
}

Result<> link_or_copy(const fs::path& from, const fs::path& to, const fs::path& draft, bool durable,
                      const StopFlag* stop) {
    std::error_code failure;
    fs::create_directories(to.parent_path(), failure);
    if (failure) return write_fault("make the folder", to.parent_path(), failure.value());
    if (::link(from.c_str(), draft.c_str()) == 0) {
        if (::rename(draft.c_str(), to.c_str()) != 0) return write_fault("make", to, errno);
        return {};
    }
    if (errno != EPERM && errno != EMLINK && errno != EXDEV && errno != EOPNOTSUPP && errno != ENOSYS)
        return write_fault("link", to, errno);
    ::unlink(to.c_str());
    TRY_ASSIGN(auto output, OutputFile::create(to, durable));
    TRY(read_in_pieces(from, stop, [&](std::string_view piece) { return output->append(piece); }));
    TRY(output->finish());
    return {};
}

}  // namespace sluice
