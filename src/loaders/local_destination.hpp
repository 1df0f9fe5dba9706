// A folder of this machine. Outputs are written to `.sluice/staging/<run>` in it, so that publishing is a rename; other
// runs are kept away by a lock until the end. One thread at a time.
//
// A target that is a symbolic link is replaced, not followed.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "loaders/destination.hpp"
#include "loaders/folder_lock.hpp"
#include "loaders/manifest.hpp"

namespace sluice {

// full: files and folders are synced before the run says that it is done.
enum class Durability { full, none };

class LocalDestination final : public Destination {
public:
    static constexpr std::string_view kType = "local";
    static Schema schema();
    static std::unique_ptr<Destination> from_config(const DestinationItem& item, Diagnostics& diagnostics);

    // `path` is made if absent; it lies below DestinationContext::base unless it is absolute.
    static std::unique_ptr<Destination> at(std::filesystem::path path, Durability durability);

    LocalDestination(std::filesystem::path path, Durability durability)
        : path_(std::move(path)), durable_(durability == Durability::full) {}
    ~LocalDestination() override { abort(); }

    [[nodiscard]] std::string address() const override;
    [[nodiscard]] Result<DestinationAccess> access(const std::filesystem::path& base,
                                                   const std::vector<std::string>& files) const override;
    [[nodiscard]] Result<> open(const DestinationContext& context) override;
    [[nodiscard]] std::optional<std::filesystem::path> staging() const override { return staging_; }
    [[nodiscard]] std::optional<std::filesystem::path> folder() const override { return folder_; }
    [[nodiscard]] bool durable() const override { return durable_; }
    [[nodiscard]] Result<> stage(const StagedFile& file) override;
    [[nodiscard]] Result<> commit() override;
    void abort() noexcept override;
    [[nodiscard]] bool published() const noexcept override { return published_; }

private:
    [[nodiscard]] Result<> take_lock();
    [[nodiscard]] Result<> make_folders(const std::filesystem::path& folder);
    [[nodiscard]] Result<> remove_leftovers() const;
    [[nodiscard]] Result<> read_manifest();
    void put_in_order(const Manifest& manifest);
    [[nodiscard]] Result<> stage_manifest(const Manifest& manifest);
    [[nodiscard]] Result<> prepare_targets();
    [[nodiscard]] Result<> rename_all();
    [[nodiscard]] Result<> sync_folders() const;
    [[nodiscard]] Error half_published(const Error& error, std::size_t renamed) const;
    void remove_staging() noexcept;

    std::filesystem::path path_;  // as the config names it
    bool durable_;
    DestinationContext context_;
    std::filesystem::path folder_;  // the destination itself
    FolderLock lock_;
    std::optional<std::filesystem::path> staging_;
    std::optional<Manifest> present_;                  // as found by open()
    std::vector<StagedFile> staged_;                   // at commit the manifest is the last one
    std::vector<std::filesystem::path> made_folders_;  // by this run, outer before inner
    bool published_ = false;
};

}  // namespace sluice
