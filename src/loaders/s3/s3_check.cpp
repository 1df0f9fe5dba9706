#include "loaders/s3/s3_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>

#include "s3/s3_connection.hpp"
#include "s3/s3_sender.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/sha256.hpp"

namespace sluice {

namespace {

constexpr std::uint64_t kPieceBytes = std::uint64_t{8} << 20U;

std::uint64_t length_of(const S3Answer& answer) {
    const std::string text = answer.header("content-length");
    std::uint64_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    return length;
}

class Bucket {
public:
    explicit Bucket(S3Sender& sender) : sender_(sender) {}

    // A HEAD has no body that could say which of the two is missing; the bucket is there, for its manifest was read.
    Result<std::optional<FoundFile>> find(const ManifestEntry& entry) {
        const std::string key = sender_.target().key(entry.file);
        const std::string path = sender_.target().path(key);
        TRY_ASSIGN(const S3Answer answer, sender_.send({.operation = "HeadObject",
                                                        .method = "HEAD",
                                                        .path = path,
                                                        .headers = {{"x-amz-checksum-mode", "ENABLED"}}},
                                                       key, is_missing));
        if (!answer.ok()) return std::optional<FoundFile>();
        FoundFile found{.bytes = length_of(answer), .crc64nvme = {}, .sha256 = {}};
        if (found.bytes != entry.bytes) return std::optional(found);
        const std::string kept = kept_checksum(answer);
        if (kept.empty() || !entry.sha256.empty()) {
            TRY(read(entry, key, answer.header("etag"), found));
            return std::optional(found);
        }
        // Both ways of writing it have one meaning; the manifest's is shown.
        found.crc64nvme = kept == checksum_of(entry.crc64nvme) ? entry.crc64nvme : hex_of(kept);
        return std::optional(found);
    }

private:
    static std::string checksum_of(const std::string& hex) {
        std::uint64_t value = 0;
        std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
        return s3_checksum(value);
    }

    static std::string hex_of(const std::string& base64) { return fmt::format("{} (base64)", base64); }

    // If-Match: an object that is replaced meanwhile is an error, and never half of each.
    Result<> read(const ManifestEntry& entry, const std::string& key, const std::string& etag, FoundFile& found) {
        std::uint64_t checksum = 0;
        Sha256 hash;
        for (std::uint64_t begin = 0; begin < found.bytes; begin += kPieceBytes) {
            const std::uint64_t last = std::min(begin + kPieceBytes, found.bytes) - 1;
            S3Request request{.operation = "GetObject",
                              .method = "GET",
                              .path = sender_.target().path(key),
                              .headers = {{"Range", fmt::format("bytes={}-{}", begin, last)}}};
            if (!etag.empty()) request.headers.emplace_back("If-Match", etag);
            TRY_ASSIGN(const S3Answer answer, sender_.send(request, key));
            if (answer.body.size() != last - begin + 1)
                return external_error("s3_short_answer",
                                      fmt::format("'{}': asked for {} bytes from {}, got {}", key, last - begin + 1,
                                                  begin, answer.body.size()),
                                      true);
            checksum = crc64nvme(answer.body, checksum);
            if (!entry.sha256.empty()) hash.add(answer.body);
        }
        found.crc64nvme = crc64nvme_text(checksum);
        if (!entry.sha256.empty()) found.sha256 = hash.text();
        return {};
    }

    S3Sender& sender_;
};

}  // namespace

Result<ManifestCheck> check_bucket(const S3Options& options, const RetryPolicy& policy, const StopFlag* stop) {
    TRY_ASSIGN(const auto connection, S3Connection::open(options, stop));
    S3Sender sender(*connection, policy, stop);
    const std::string key = sender.target().key(kManifestFile);
    const std::string place = fmt::format("s3://{}/{}", options.bucket, key);
    TRY_ASSIGN(
        const S3Answer answer,
        sender.send({.operation = "GetObject", .method = "GET", .path = sender.target().path(key)}, key, is_missing));
    if (!answer.ok())
        return external_error("file_missing", fmt::format("there is no '{}': nothing was published there", place));
    TRY_ASSIGN(Manifest manifest, read_manifest_text(answer.body, place));
    Bucket bucket(sender);
    return check_files(std::move(manifest), place, [&](const ManifestEntry& entry) { return bucket.find(entry); });
}

}  // namespace sluice
