// A folder of this machine. Outputs are written to `.sluice/staging/<run>` in it, so that publishing is a rename; other
// runs are kept away by a lock until the end. One thread at a time.
//
// layout: files     each output has its name in the folder. A target that is a symbolic link is replaced, not followed.
// layout: snapshot  the outputs of a run and its manifest are in `snapshots/<run>/`, and `current` is a link to the
//                   valid one.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "loaders/commit_protocol.hpp"
#include "loaders/destination.hpp"
#include "loaders/folder_lock.hpp"
#include "loaders/manifest.hpp"

namespace sluice {

// full: files and folders are synced before the run says that it is done.
enum class Durability { full, none };

struct LocalOptions {
    std::filesystem::path path;  // made if absent; below DestinationContext::base unless it is absolute
    Durability durability = Durability::full;
    bool snapshots = false;
    std::size_t keep_snapshots = 3;
    bool sha256 = false;  // of each file, for the manifest
};

class LocalDestination final : public Destination {
public:
    static constexpr std::string_view kType = "local";
    static Schema schema();
    static std::unique_ptr<Destination> from_config(const DestinationItem& item, Diagnostics& diagnostics);

    explicit LocalDestination(LocalOptions options)
        : path_(std::move(options.path)),
          durable_(options.durability == Durability::full),
          snapshots_(options.snapshots),
          keep_snapshots_(options.keep_snapshots),
          sha256_(options.sha256) {}
    ~LocalDestination() override { abort(); }

    [[nodiscard]] std::string address() const override;
    [[nodiscard]] Result<DestinationAccess> access(const std::filesystem::path& base,
                                                   const std::vector<std::string>& files) const override;
    [[nodiscard]] Result<> open(const DestinationContext& context) override;
    [[nodiscard]] std::optional<std::filesystem::path> staging() const override { return staging_; }
    // Of snapshots nothing is replaced, so that a pipeline may read what it published last.
    [[nodiscard]] std::optional<std::filesystem::path> folder() const override {
        return snapshots_ ? std::nullopt : std::optional(folder_);
    }
    [[nodiscard]] std::optional<std::filesystem::path> named_folder() const override {
        return snapshots_ ? std::nullopt : std::optional(path_);
    }
    [[nodiscard]] bool durable() const override { return durable_; }
    [[nodiscard]] bool wants_sha256() const override { return sha256_; }
    // None of snapshots: each has the files of its run alone.
    [[nodiscard]] std::vector<std::string> published_before() const override;
    [[nodiscard]] Result<> stage(const StagedFile& file) override;
    [[nodiscard]] Result<> prepare() override;
    [[nodiscard]] Result<> commit() override;
    void abort() noexcept override;
    [[nodiscard]] bool published() const noexcept override { return published_; }
    [[nodiscard]] std::vector<std::string> notices() const override { return notices_; }

private:
    [[nodiscard]] Result<> take_lock();
    [[nodiscard]] Result<> recover();
    // Of the layout at hand; nothing when there is none.
    [[nodiscard]] Result<std::optional<Manifest>> read_manifest(const std::filesystem::path& name) const;
    [[nodiscard]] Result<> find_present();
    void put_in_order(const Manifest& manifest);
    [[nodiscard]] Result<> stage_manifest(const Manifest& manifest);
    [[nodiscard]] Result<> link_kept_files(const Manifest& manifest);
    [[nodiscard]] CommitRecord record() const;
    [[nodiscard]] Result<> commit_files();
    [[nodiscard]] Result<> commit_snapshot();
    void remove_staging() noexcept;

    std::filesystem::path path_;  // as the config names it
    bool durable_;
    bool snapshots_;
    std::size_t keep_snapshots_;
    bool sha256_;
    DestinationContext context_;
    std::filesystem::path folder_;  // the destination itself
    FolderLock lock_;
    std::optional<std::filesystem::path> staging_;
    std::optional<Manifest> present_;                  // as found by open()
    std::set<std::string> unfinished_;                 // files that may be of two runs, since a dead run's are lost
    std::vector<StagedFile> staged_;                   // at commit the manifest is the last one
    std::vector<std::filesystem::path> made_folders_;  // by this run, outer before inner
    std::vector<std::string> notices_;
    bool published_ = false;
};

}  // namespace sluice
