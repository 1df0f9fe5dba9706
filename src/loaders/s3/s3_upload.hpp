// Brings files to S3 in two steps, so that nothing becomes visible before all of it is there: send() moves the bytes of
// large files, as the parts of a multipart upload; show() completes the upload, or puts a small file in one request.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "loaders/destination.hpp"
#include "loaders/s3/s3_connection.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/retry.hpp"

namespace sluice {

// Requests with the policy's retries; the last failure as an error that says what to do. Thread-safe.
class S3Sender {
public:
    S3Sender(S3Connection& connection, RetryPolicy policy, const StopFlag* stop)
        : connection_(&connection), policy_(policy), stop_(stop) {}
    // `key` names the object in messages. `missing_is_fine`: NoSuchKey gives an answer of status 404 and is no error.
    [[nodiscard]] Result<S3Answer> send(const S3Request& request, const std::string& key, bool missing_is_fine = false);
    // For tidying up: a stop does not prevent it. What cut the upload off may have cut the connection that a first try
    // takes, so it tries again while no answer comes and there is time.
    void tidy_up(const S3Request& request, RetryClock::Time deadline);
    [[nodiscard]] const S3Target& target() const { return connection_->target(); }

private:
    S3Connection* connection_;
    RetryPolicy policy_;
    const StopFlag* stop_;
};

// CRC-64/NVME as S3's headers have it: eight bytes, the first the highest, in base64.
[[nodiscard]] std::string s3_checksum(std::uint64_t crc64nvme);

// One object. send() may be called from several threads at once, each with parts of its own.
class S3Upload {
public:
    // Opens the file: it may be renamed afterwards.
    [[nodiscard]] static Result<S3Upload> open(const StagedFile& file, const S3Target& target);

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    // 0 for a file that show() puts in one request.
    [[nodiscard]] std::size_t parts() const { return parts_.size(); }
    // Opens the multipart upload; before the first part. Does nothing without parts.
    [[nodiscard]] Result<> begin(S3Sender& sender);
    [[nodiscard]] Result<> send_part(S3Sender& sender, std::size_t index);
    // Makes the object visible. Fails if the bytes sent are not the ones that were staged.
    [[nodiscard]] Result<> show(S3Sender& sender);
    // Removes what begin() and send_part() left at the server; nothing after show().
    void abort(S3Sender& sender, RetryClock::Time deadline) noexcept;

private:
    struct Part {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
        std::uint64_t crc64nvme = 0;
        std::string etag;
    };
    [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::uint64_t size) const;
    [[nodiscard]] Result<> check(std::uint64_t crc64nvme) const;
    [[nodiscard]] Result<> put(S3Sender& sender);
    [[nodiscard]] Result<> complete(S3Sender& sender);

    std::string name_;
    std::string source_;  // the staged file, for messages
    std::string key_;
    std::string path_;
    std::uint64_t bytes_ = 0;
    std::uint64_t crc64nvme_ = 0;
    FileDescriptor file_;
    std::vector<Part> parts_;
    std::string upload_id_;  // percent-encoded; empty: no upload is open
};

// A small object from memory: the manifest.
[[nodiscard]] Result<> put_text(S3Sender& sender, const std::string& key, std::string text);

}  // namespace sluice
