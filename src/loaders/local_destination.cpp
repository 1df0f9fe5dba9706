#include "loaders/local_destination.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "loaders/file_text.hpp"
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
Result<> copy_file(const StagedFile& from, const fs::path& to, bool durable) {
    TRY_ASSIGN(auto output, OutputFile::create(to, durable));
    TRY(read_in_pieces(from.path, [&](std::string_view piece) { return output->append(piece); }));
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
                    .choices = {"full", "none"}}}};
}

std::unique_ptr<Destination> LocalDestination::from_config(const DestinationItem& item, Diagnostics&) {
    return at(item.section.text("path"),
              item.section.text("durability") == "none" ? Durability::none : Durability::full);
}

std::unique_ptr<Destination> LocalDestination::at(fs::path path, Durability durability) {
    return std::make_unique<LocalDestination>(std::move(path), durability);
}

std::string LocalDestination::address() const { return "local:" + path_.string(); }

Result<DestinationAccess> LocalDestination::access(const fs::path& base, const std::vector<std::string>& files) const {
    const fs::path folder = (base / path_).lexically_normal();
    DestinationAccess access;
    access.reads.push_back((folder / kManifestFile).lexically_normal().string());
    const auto below = [&](const fs::path& name) { return (folder / name).lexically_normal().string(); };
    for (const std::string& file : files) access.writes.push_back(below(file));
    for (const fs::path& name : {fs::path(kManifestFile), fs::path(".sluice/lock"), fs::path(".sluice/staging/")})
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
    TRY(remove_leftovers());
    TRY(read_manifest());
    staging_ = folder_ / ".sluice" / "staging" / context.identity.run;
    TRY(make_folders(*staging_));
    return {};
}

Result<> LocalDestination::take_lock() {
    // A run that failed may take away the folders that it made, while we are about to lock them: then make them again.
    for (int attempt = 1;; ++attempt) {
        TRY(make_folders(folder_ / ".sluice"));
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

Result<> LocalDestination::make_folders(const fs::path& folder) {
    fs::path path;
    for (const fs::path& part : folder) {
        path /= part;
        if (::mkdir(path.c_str(), 0755) == 0) {
            made_folders_.push_back(path);
            continue;
        }
        const int fault = errno;
        std::error_code failure;
        if (fs::is_directory(path, failure)) continue;
        if (fault == EEXIST) {
            return external_error(
                "not_a_folder", fmt::format("cannot write to '{}': '{}' is a file and not a folder; remove it, or give "
                                            "the destination another path",
                                            path_.string(), path.string()));
        }
        return write_fault("make the folder", path, fault);
    }
    return {};
}

// Whoever holds the lock owns all of staging: what lies there was left by a run that died.
Result<> LocalDestination::remove_leftovers() const {
    const fs::path leftovers = folder_ / ".sluice" / "staging";
    std::error_code failure;
    fs::remove_all(leftovers, failure);
    if (failure) return write_fault("remove what a crashed run left in", leftovers, failure.value());
    return {};
}

Result<> LocalDestination::read_manifest() {
    const fs::path path = folder_ / kManifestFile;
    const std::string shown = (path_ / kManifestFile).string();
    std::string text;
    const auto read = read_in_pieces(path, [&](std::string_view piece) {
        text.append(piece);
        return Result<>();
    });
    if (!read && read.error().code == "file_missing") return {};
    TRY(read);
    TRY_ASSIGN(Manifest manifest, parse_manifest(text, shown));
    TRY(check_owner(manifest, context_.identity.pipeline, shown));
    present_ = std::move(manifest);
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
    return copy_file(file, staged_.back().path, durable_);
}

void LocalDestination::remove_staging() noexcept {
    if (!staging_) return;
    std::error_code ignored;
    fs::remove_all(*staging_, ignored);
    ::rmdir(staging_->parent_path().c_str());
    staging_.reset();
}

void LocalDestination::abort() noexcept {
    remove_staging();
    staged_.clear();
    if (!published_) {
        // Of the folders that we made, our own lock file is all that may be left in them; rmdir leaves a folder that
        // somebody else has used meanwhile.
        if (std::ranges::find(made_folders_, folder_ / ".sluice") != made_folders_.end()) lock_.release_and_remove();
        for (auto folder = made_folders_.rbegin(); folder != made_folders_.rend(); ++folder) ::rmdir(folder->c_str());
    }
    made_folders_.clear();
    lock_.release();
}

}  // namespace sluice
