// The steps of a LocalDestination from staged outputs to published ones. All that can be known to fail is tried in
// prepare(); the steps of commit() are those of commit_protocol.hpp.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "loaders/local_destination.hpp"
#include "loaders/local_files.hpp"
#include "loaders/local_folders.hpp"
#include "loaders/local_snapshots.hpp"
#include "loaders/output_file.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<> LocalDestination::prepare() {
    const Manifest manifest = next_manifest(context_, staged_, present_ ? &*present_ : nullptr);
    put_in_order(manifest);
    if (snapshots_) TRY(link_kept_files(manifest));
    TRY(stage_manifest(manifest));
    if (snapshots_) {
        TRY(LocalSnapshots(folder_, durable_).check());
    } else {
        const LocalFiles files(folder_, durable_);
        for (const StagedFile& file : staged_) TRY(files.check(file.name));
    }
    if (durable_)
        for (const fs::path& folder : made_folders_) TRY(sync_folder(folder.parent_path()));
    return context_.stop != nullptr ? context_.stop->check() : Result<>();
}

Result<> LocalDestination::commit() {
    TRY(snapshots_ ? commit_snapshot() : commit_files());
    lock_.release();
    return {};
}

void LocalDestination::put_in_order(const Manifest& manifest) {
    std::unordered_map<std::string_view, std::size_t> places;
    for (const ManifestEntry& entry : manifest.files) places.emplace(entry.file, places.size());
    std::ranges::stable_sort(staged_, {}, [&](const StagedFile& file) { return places.at(file.name); });
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

// Files that this run does not write, and files whose bytes are those that are there already, are links to the earlier
// snapshot's. What is linked is read before, so that a file that somebody has changed is not passed on.
Result<> LocalDestination::link_kept_files(const Manifest& manifest) {
    if (!present_) return {};
    for (const ManifestEntry& entry : manifest.files) {
        const auto old = std::ranges::find(present_->files, entry.file, &ManifestEntry::file);
        if (old == present_->files.end() || old->bytes != entry.bytes || old->crc64nvme != entry.crc64nvme) continue;
        const bool written =
            std::ranges::any_of(staged_, [&](const StagedFile& file) { return file.name == entry.file; });
        const fs::path there = folder_ / kCurrentSnapshot / entry.file;
        TRY_ASSIGN(const auto digest, digest_of(there, context_.stop));
        if (digest && digest->bytes == entry.bytes && crc64nvme_text(digest->crc64nvme) == entry.crc64nvme) {
            TRY(link_or_copy(there, *staging_ / entry.file, staging_->parent_path() / "link", durable_, context_.stop));
        } else if (!written) {
            return external_error("snapshot_changed",
                                  fmt::format("'{}' is not as its manifest says, so that the new snapshot cannot take "
                                              "it over; run without --only",
                                              there.string()));
        }
    }
    return {};
}

CommitRecord LocalDestination::record() const {
    CommitRecord record{.layout = snapshots_ ? "snapshot" : "files",
                        .run = context_.identity.run,
                        .pipeline = context_.identity.pipeline,
                        .decided_at = utc_now_text(),
                        .entries = {}};
    const auto below = [&](const fs::path& path) { return path.lexically_relative(folder_).string(); };
    if (snapshots_) {
        record.entries.push_back({.name = kCurrentSnapshot,
                                  .staged = below(*staging_),
                                  .bytes = staged_.back().bytes,
                                  .crc64nvme = staged_.back().crc64nvme});
        return record;
    }
    for (const StagedFile& file : staged_)
        record.entries.push_back(
            {.name = file.name, .staged = below(file.path), .bytes = file.bytes, .crc64nvme = file.crc64nvme});
    return record;
}

Result<> LocalDestination::commit_files() {
    LocalFiles files(folder_, durable_);
    Commit commit(files);
    const auto done = commit.run(record());
    published_ = commit.visible();
    return done;
}

Result<> LocalDestination::commit_snapshot() {
    LocalSnapshots snapshots(folder_, durable_);
    Commit commit(snapshots);
    const auto done = commit.run(record());
    published_ = commit.visible();
    TRY(done);
    if (const auto pruned = snapshots.prune(keep_snapshots_, context_.identity.pipeline); !pruned)
        notices_.push_back("old snapshots were not removed: " + pruned.error().message);
    return {};
}

}  // namespace sluice
