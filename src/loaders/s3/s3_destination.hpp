// A bucket of S3 or of a store that speaks its language. open() takes the prefix (s3_claim.hpp). From then on the bytes
// of large files go there in the background, as open multipart uploads, which readers do not see: of a followed file
// while it is being written (s3_upload.hpp), of others from stage() on. prepare() waits for them; commit() shows one
// object after the other, and the manifest last, only where it is still the one that open() found. One thread at a
// time.
//
// S3 cannot show several objects at once: readers that go through the manifest compare its checksums.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "loaders/commit_record.hpp"
#include "loaders/destination.hpp"
#include "loaders/manifest.hpp"
#include "loaders/s3/s3_objects.hpp"
#include "s3/s3_sender.hpp"
#include "s3/s3_target.hpp"
#include "utils/delayed_stop.hpp"
#include "utils/job_queue.hpp"
#include "utils/retry.hpp"

namespace sluice {

class S3Claim;
class S3Connection;
class S3Upload;

class S3Destination final : public Destination {
public:
    static constexpr std::string_view kType = "s3";
    static Schema schema();
    static std::unique_ptr<Destination> from_config(const DestinationItem& item, Diagnostics& diagnostics);

    S3Destination(S3Options options, RetryPolicy policy);
    ~S3Destination() override;

    [[nodiscard]] std::string address() const override { return s3_address(options_); }
    [[nodiscard]] Result<DestinationAccess> access(const std::filesystem::path& base,
                                                   const std::vector<std::string>& files) const override;
    // Takes the claim, which also shows that the bucket is there and may be written to, finishes what a dead run had
    // decided, and reads the manifest.
    [[nodiscard]] Result<> open(const DestinationContext& context) override;
    [[nodiscard]] std::optional<std::filesystem::path> staging() const override { return std::nullopt; }
    [[nodiscard]] std::optional<std::string> place(const std::string& file) const override;
    [[nodiscard]] std::shared_ptr<FileGrowth> follow(const std::string& file,
                                                     const std::filesystem::path& path) override;
    [[nodiscard]] Result<> stage(const StagedFile& file) override;
    [[nodiscard]] Result<> prepare() override;
    [[nodiscard]] Result<Leftovers> remove_leftovers(const LeftoverRequest& request) override;
    [[nodiscard]] Result<> commit() override;
    void abort() noexcept override;
    [[nodiscard]] bool published() const noexcept override { return published_; }
    [[nodiscard]] bool wants_sha256() const override { return sha256_; }
    [[nodiscard]] std::vector<std::string> published_before() const override { return files_of(present_); }
    [[nodiscard]] std::vector<std::string> notices() const override { return notices_; }

private:
    [[nodiscard]] Result<> recover();
    [[nodiscard]] Result<> read_manifest();
    [[nodiscard]] Result<bool> is_unchanged(const StagedFile& file, const S3Headers& headers);
    [[nodiscard]] const ManifestEntry* published_entry(const std::string& file) const;
    [[nodiscard]] std::shared_ptr<S3Upload> upload_of(const std::string& file, const std::filesystem::path& path);
    // Whose open uploads are dead while this run holds the prefix, but for its own.
    [[nodiscard]] S3Sweep own_keys() const;
    [[nodiscard]] Result<> sweep();
    [[nodiscard]] Result<> record_uploads();
    [[nodiscard]] Result<CommitEntry> manifest_entry() const;
    [[nodiscard]] std::chrono::steady_clock::time_point patience() const;

    S3Options options_;
    RetryPolicy policy_;
    DestinationContext context_;
    std::unique_ptr<S3Connection> connection_;
    std::unique_ptr<S3Sender> sender_;
    std::unique_ptr<S3Claim> claim_;
    std::optional<Manifest> present_;   // as found by open()
    std::string manifest_etag_;         // empty: there was none
    std::set<std::string> unfinished_;  // files that may be of two runs, since a dead run's uploads are gone
    std::vector<StagedFile> staged_;
    std::map<std::string, std::shared_ptr<S3Upload>> growing_;  // of followed files that are not staged yet
    std::vector<std::shared_ptr<S3Upload>> uploads_;            // of those of staged_ whose bytes are not there yet
    std::uint64_t text_bytes_ = 0;                              // of uploads_
    CommitRecord record_;                                       // from prepare() on
    std::vector<std::string> notices_;
    bool sha256_ = false;
    bool published_ = false;

    // What the background works with; its threads end first.
    std::unique_ptr<DelayedStop> sending_stop_;
    std::unique_ptr<S3Sender> sending_sender_;
    std::unique_ptr<JobQueue> jobs_;
};

}  // namespace sluice
