// A bucket of S3 or of a store that speaks its language. commit() first brings the bytes of all large files there, as
// open multipart uploads, which readers do not see; then it shows one object after the other, and the manifest last.
// One thread at a time.
//
// S3 cannot show several objects at once: readers that go through the manifest compare its checksums.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "loaders/destination.hpp"
#include "loaders/manifest.hpp"
#include "loaders/s3/s3_target.hpp"
#include "utils/retry.hpp"

namespace sluice {

class S3Connection;
class S3Sender;
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
    // Asks for the manifest, which also shows that the bucket is there and that it may be read.
    [[nodiscard]] Result<> open(const DestinationContext& context) override;
    [[nodiscard]] std::optional<std::filesystem::path> staging() const override { return std::nullopt; }
    [[nodiscard]] Result<> stage(const StagedFile& file) override;
    [[nodiscard]] Result<> commit() override;
    void abort() noexcept override;
    [[nodiscard]] bool published() const noexcept override { return published_; }

private:
    [[nodiscard]] Result<> read_manifest();
    [[nodiscard]] Result<> send_all();
    [[nodiscard]] Result<> show_all();
    [[nodiscard]] Error half_published(const Error& error, std::size_t shown) const;

    S3Options options_;
    RetryPolicy policy_;
    DestinationContext context_;
    std::unique_ptr<S3Connection> connection_;
    std::unique_ptr<S3Sender> sender_;
    std::optional<Manifest> present_;  // as found by open()
    std::vector<StagedFile> staged_;
    std::vector<S3Upload> uploads_;  // by staged_
    bool published_ = false;
};

}  // namespace sluice
