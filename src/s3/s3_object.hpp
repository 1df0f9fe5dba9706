// Objects of a bucket as byte sources: read by ranges, several at a time, and always the object that was there when it
// was opened (If-Match).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "io/byte_source.hpp"
#include "io/part_cache.hpp"
#include "s3/s3_connection.hpp"
#include "s3/s3_sender.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct S3Reading {
    S3Options options;  // bucket, endpoint, region
    RetryPolicy retry = {};
    const StopFlag* stop = nullptr;  // may be null
    PartCacheLimits limits = {};
};

// A bucket that is read. Its objects keep it alive. Thread-safe.
class S3Bucket {
public:
    // Fails as S3Connection::open() does.
    [[nodiscard]] static Result<std::shared_ptr<S3Bucket>> open(const S3Reading& reading);

    // For what is done before the reading, and by whoever waits for it himself.
    [[nodiscard]] S3Sender& sender() { return sender_; }
    // For the threads that read ahead: stops with the cache.
    [[nodiscard]] S3Sender& part_sender() { return part_sender_; }
    [[nodiscard]] PartCache& parts() { return parts_; }

private:
    S3Bucket(std::unique_ptr<S3Connection> connection, const S3Reading& reading)
        : connection_(std::move(connection)),
          sender_(*connection_, reading.retry, reading.stop),
          part_sender_(*connection_, reading.retry, &ended_),
          parts_(reading.limits, reading.stop, ended_) {}

    StopFlag ended_;
    std::unique_ptr<S3Connection> connection_;
    S3Sender sender_;
    S3Sender part_sender_;
    PartCache parts_;  // first to go: its threads use the others
};

class S3Object final : public ByteSource {
public:
    // Asks for the first `head` bytes, at least 1: they stay in memory, and the answer says how long the object is, its
    // ETag and its time. Fails (kind external) as requests do, with code "file_missing" where there is no such object.
    [[nodiscard]] static Result<std::unique_ptr<S3Object>> open(const std::shared_ptr<S3Bucket>& bucket,
                                                                const std::string& key, std::uint64_t head);

    [[nodiscard]] const std::string& place() const noexcept override { return place_; }
    [[nodiscard]] std::uint64_t size() const noexcept override { return size_; }
    [[nodiscard]] std::optional<std::int64_t> modified_nanoseconds() const noexcept override { return modified_; }
    // Fails with code "file_changed" when another object, or none, has the key now.
    [[nodiscard]] Result<> read_at(std::uint64_t offset, char* out, std::size_t count) const override;

private:
    explicit S3Object(std::shared_ptr<S3Bucket> bucket) : bucket_(std::move(bucket)) {}

    std::shared_ptr<S3Bucket> bucket_;
    std::string place_;
    std::size_t number_ = 0;  // in the cache
    std::uint64_t size_ = 0;
    std::optional<std::int64_t> modified_;
    std::string head_;
};

}  // namespace sluice
