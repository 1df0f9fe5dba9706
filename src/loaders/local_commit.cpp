// Publishing in a folder. All that can be known to fail is tried before the first rename: the manifest is written, the
// folders are made, the targets are looked at. Then every file is renamed in the manifest's order, their folders are
// synced, and the manifest is renamed last: whoever reads through it sees the old set or the new one. A crash between
// two renames leaves files of both runs under the old manifest; the next run replaces them all.
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "loaders/local_destination.hpp"
#include "loaders/output_file.hpp"
#include "loaders/write_fault.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

Result<> sync_folder(const fs::path& folder) {
    const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file.open() || ::fsync(file.get()) != 0) return write_fault("sync the folder", folder, errno);
    return {};
}

// Whether a rename from `staging` to `target` will do, as far as can be known without trying.
Result<> check_target(const fs::path& target, const fs::path& staging) {
    const fs::path folder = target.parent_path();
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
        return write_fault("write to the folder", folder / ".", errno);
    }
    struct stat here {};
    struct stat there {};
    if (::stat(staging.c_str(), &there) != 0) return write_fault("look at", staging, errno);
    if (::stat(folder.c_str(), &here) != 0) return write_fault("look at", folder, errno);
    if (here.st_dev != there.st_dev) {
        return external_error("other_file_system",
                              fmt::format("'{}' is on another file system than its destination, so that a file cannot "
                                          "appear there at once; make that folder a destination of its own",
                                          folder.string()));
    }
    struct stat present {};
    if (::lstat(target.c_str(), &present) != 0) {
        if (errno == ENOENT) return {};
        return write_fault("look at", target, errno);
    }
    if (S_ISDIR(present.st_mode)) {
        return external_error(
            "target_is_a_folder",
            fmt::format("cannot replace '{}': it is a folder; remove it, or choose another `file`", target.string()));
    }
    const bool sticky = (here.st_mode & S_ISVTX) != 0 && ::geteuid() != 0;
    if (sticky && present.st_uid != ::geteuid() && here.st_uid != ::geteuid()) {
        return write_fault("replace", target, EPERM);
    }
    return {};
}

}  // namespace

Result<> LocalDestination::commit() {
    const Manifest manifest = next_manifest(context_, staged_, present_ ? &*present_ : nullptr);
    put_in_order(manifest);
    TRY(stage_manifest(manifest));
    TRY(prepare_targets());
    if (context_.stop != nullptr) TRY(context_.stop->check());
    TRY(rename_all());
    remove_staging();
    lock_.release();
    return {};
}

void LocalDestination::put_in_order(const Manifest& manifest) {
    std::ranges::stable_sort(staged_, {}, [&](const StagedFile& file) {
        return std::ranges::find(manifest.files, file.name, &ManifestEntry::file) - manifest.files.begin();
    });
}

Result<> LocalDestination::stage_manifest(const Manifest& manifest) {
    const std::string name(kManifestFile);
    const fs::path path = *staging_ / name;
    TRY_ASSIGN(auto output, OutputFile::create(path, durable_));
    TRY(output->append(manifest_text(manifest)));
    TRY_ASSIGN(const FileDigest digest, output->finish());
    staged_.push_back(
        {.name = name, .path = path, .rows = 0, .bytes = digest.bytes, .crc64nvme = digest.crc64nvme, .columns = {}});
    return {};
}

Result<> LocalDestination::prepare_targets() {
    for (const StagedFile& file : staged_) TRY(make_folders((folder_ / file.name).parent_path()));
    for (const StagedFile& file : staged_) TRY(check_target(folder_ / file.name, *staging_));
    return {};
}

Result<> LocalDestination::rename_all() {
    for (std::size_t index = 0; index < staged_.size(); ++index) {
        const bool is_manifest = index + 1 == staged_.size();
        if (is_manifest && durable_) {
            if (auto synced = sync_folders(); !synced) return half_published(synced.error(), index);
        }
        const fs::path target = folder_ / staged_[index].name;
        if (::rename(staged_[index].path.c_str(), target.c_str()) != 0) {
            return half_published(write_fault("replace", target, errno), index);
        }
        published_ = true;
    }
    return durable_ ? sync_folder(folder_) : Result<>();
}

// Of all targets and of the folders that were made for them.
Result<> LocalDestination::sync_folders() const {
    std::set<fs::path> folders;
    for (const StagedFile& file : staged_) folders.insert((folder_ / file.name).parent_path());
    for (const fs::path& folder : made_folders_) folders.insert(folder.parent_path());
    for (const fs::path& folder : folders) TRY(sync_folder(folder));
    return {};
}

Error LocalDestination::half_published(const Error& error, std::size_t renamed) const {
    if (renamed == 0) return error;
    std::vector<std::string> done;
    std::vector<std::string> old;
    for (std::size_t index = 0; index < staged_.size(); ++index) {
        (index < renamed ? done : old).push_back(staged_[index].name);
    }
    Error wider = error;
    wider.message +=
        fmt::format("\n  already replaced: {}\n  still as before: {}\n  the next run that succeeds makes the set whole",
                    fmt::join(done, ", "), fmt::join(old, ", "));
    return wider;
}

}  // namespace sluice
