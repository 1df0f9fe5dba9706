#include "loaders/local_destination.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "loaders/destination_fields.hpp"
#include "loaders/file_text.hpp"
#include "loaders/local_files.hpp"
#include "loaders/local_folders.hpp"
#include "loaders/local_snapshots.hpp"
#include "loaders/output_file.hpp"
#include "loaders/write_fault.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

bool is_below(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

// Copies a file that another destination's staging holds, and compares what was read with its checksum.
Result<> copy_file(const StagedFile& from, const fs::path& to, bool durable, const StopFlag* stop) {
    TRY_ASSIGN(auto output, OutputFile::create(to, durable));
    TRY(read_in_pieces(from.path, stop, [&](std::string_view piece) { return output->append(piece); }));
    TRY_ASSIGN(const FileDigest digest, output->finish());
    if (digest.bytes == from.bytes && digest.crc64nvme == from.crc64nvme) return {};
    std::error_code ignored;
    fs::remove(to, ignored);
    return external_error("file_changed",
                          fmt::format("'{}' changed while it was copied; run again", from.path.string()));
}

}  // namespace

Schema LocalDestination::schema() {
    return {
        .type = kType,
        .doc = "A folder of this machine.",
        .fields = {{.name = "path", .type = FieldType::text, .doc = "The folder; made if absent.", .default_text = "."},
                   {.name = "durability",
                    .type = FieldType::text,
                    .doc = "Whether outputs survive a power cut right after the run: `full` syncs them to the disk.",
                    .default_text = "full",
                    .choices = {"full", "none"}},
                   {.name = "layout",
                    .type = FieldType::text,
                    .doc = "How readers find the outputs.",
                    .default_text = "files",
                    .choices = {"files", "snapshot"},
                    .details = "`files`: each by its name in the folder. `snapshot`: all files of a run in "
                               "`snapshots/RUN/`, and `current` is a symbolic link to the valid one, so that all "
                               "change at one instant."},
                   {.name = "keep_snapshots",
                    .type = FieldType::integer,
                    .doc = "With `layout: snapshot`, how many snapshots stay, the current one among them.",
                    .default_text = "3",
                    .least = 1,
                    .most = 10000},
                   checksum_field(),
                   required_field()}};
}

std::unique_ptr<Destination> LocalDestination::from_config(const DestinationItem& item, Diagnostics&) {
    return std::make_unique<LocalDestination>(
        LocalOptions{.path = item.section.text("path"),
                     .durability = item.section.text("durability") == "none" ? Durability::none : Durability::full,
                     .snapshots = item.section.text("layout") == "snapshot",
                     .keep_snapshots = static_cast<std::size_t>(item.section.integer("keep_snapshots")),
                     .sha256 = item.section.text("checksum") == "sha256"});
}

std::vector<std::string> LocalDestination::published_before() const {
    return snapshots_ ? std::vector<std::string>() : files_of(present_);
}

std::string LocalDestination::address() const { return "local:" + path_.string(); }

Result<DestinationAccess> LocalDestination::access(const fs::path& base, const std::vector<std::string>& files) const {
    const fs::path folder = (base / path_).lexically_normal();
    DestinationAccess access;
    const auto below = [&](const fs::path& name) { return (folder / name).lexically_normal().string(); };
    access.reads.push_back(below(snapshots_ ? fs::path(kCurrentSnapshot) / kManifestFile : fs::path(kManifestFile)));
    if (snapshots_) {
        for (const char* name : {kCurrentSnapshot, "snapshots/"}) access.writes.push_back(below(name));
    } else {
        for (const std::string& file : files) access.writes.push_back(below(file));
        access.writes.push_back(below(kManifestFile));
    }
    for (const char* name : {".sluice/lock", ".sluice/commit.json", ".sluice/staging/"})
        access.writes.push_back(below(name));
    return access;
}

Result<> LocalDestination::open(const DestinationContext& context) {
    context_ = context;
    std::error_code failure;
    folder_ = fs::absolute(context.base / path_, failure).lexically_normal();
    if (failure) return write_fault("find", path_, failure.value());
    if (folder_.filename().empty()) folder_ = folder_.parent_path();

    TRY(take_lock());
    TRY(recover());
    TRY(find_present());
    staging_ = folder_ / ".sluice" / "staging" / context.identity.run;
    TRY(make_folders(*staging_, path_.string(), made_folders_));
    return {};
}

Result<> LocalDestination::take_lock() {
    // A run that failed may take away the folders that it made, while we are about to lock them: then make them again.
    for (int attempt = 1;; ++attempt) {
        TRY(make_folders(folder_ / ".sluice", path_.string(), made_folders_));
        if (::faccessat(AT_FDCWD, folder_.c_str(), W_OK | X_OK, AT_EACCESS) != 0) {
            return write_fault("write to the folder", folder_ / ".", errno);
        }
        auto lock = FolderLock::take(folder_ / ".sluice" / "lock", context_.identity, path_.string());
        if (!lock && lock.error().code == "file_missing" && attempt < 10) continue;
        if (!lock) return std::move(lock).error();
        lock_ = std::move(*lock);
        return {};
    }
}

// Whoever holds the lock owns all of staging: what lies there was left by a run that died.
Result<> LocalDestination::recover() {
    LocalFiles files(folder_, durable_);
    LocalSnapshots snapshots(folder_, durable_);
    TRY_ASSIGN(const auto record, files.find_record());
    const bool of_snapshots = record && record->layout == "snapshot";
    TRY_ASSIGN(const auto recovery, Commit(of_snapshots ? static_cast<CommitMedium&>(snapshots) : files).recover());
    if (!recovery) return {};
    notices_.push_back(recovery->text(address()));
    if (!recovery->finished) unfinished_.insert(recovery->names.begin(), recovery->names.end());
    return {};
}

Result<std::optional<Manifest>> LocalDestination::read_manifest(const fs::path& name) const {
    std::string text;
    const auto read = read_in_pieces(folder_ / name, nullptr, [&](std::string_view piece) {
        text.append(piece);
        return Result<>();
    });
    if (!read && read.error().code == "file_missing") return std::nullopt;
    TRY(read);
    const std::string shown = (path_ / name).string();
    TRY_ASSIGN(Manifest manifest, parse_manifest(text, shown));
    TRY(check_owner(manifest, context_.identity.pipeline, shown));
    return std::optional(std::move(manifest));
}

// A folder that had the other layout before belongs to whoever published in it, too.
Result<> LocalDestination::find_present() {
    TRY_ASSIGN(auto of_files, read_manifest(kManifestFile));
    TRY_ASSIGN(auto of_snapshots, read_manifest(fs::path(kCurrentSnapshot) / kManifestFile));
    present_ = std::move(snapshots_ ? of_snapshots : of_files);
    if (present_)
        std::erase_if(present_->files, [&](const ManifestEntry& entry) { return unfinished_.contains(entry.file); });
    return {};
}

Result<> LocalDestination::stage(const StagedFile& file) {
    TRY(check_file_name(file.name));
    if (!is_below(folder_ / file.name, folder_)) {
        return internal_error(fmt::format("the output '{}' would leave its destination", file.name));
    }
    staged_.push_back(file);
    if (is_below(fs::absolute(file.path).lexically_normal(), *staging_)) return {};
    staged_.back().path = *staging_ / file.name;
    return copy_file(file, staged_.back().path, durable_, context_.stop);
}

void LocalDestination::remove_staging() noexcept {
    if (!staging_) return;
    std::error_code ignored;
    fs::remove_all(*staging_, ignored);
    ::rmdir(staging_->parent_path().c_str());
    staging_.reset();
}

void LocalDestination::abort() noexcept {
    // What is decided and could not be taken back is finished by the next run, from what is staged.
    if (!published_) remove_staging();
    staged_.clear();
    if (!published_) {
        // Of the folders that we made, our own lock file is all that may be left in them; rmdir leaves a folder that
        // somebody else has used meanwhile.
        if (std::ranges::find(made_folders_, folder_ / ".sluice") != made_folders_.end()) lock_.release_and_remove();
        remove_made_folders(made_folders_);
    }
    made_folders_.clear();
    lock_.release();
}

}  // namespace sluice
