// Brings the bytes of a staged file to S3 so that nothing becomes visible: as the parts of a multipart upload, which is
// completed by the commit, or, of a small file, not yet at all: its text goes into the commit record.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "loaders/destination.hpp"
#include "loaders/s3/s3_staged_object.hpp"
#include "s3/s3_sender.hpp"

namespace sluice {

// One object. send_part() may be called from several threads at once, each with parts of its own.
class S3Upload {
public:
    // The file is opened each time that it is read: there may be more of them than a process may have open. `headers`:
    // what the object is to have, such as its type. `text_room`: how many bytes the commit record still takes.
    S3Upload(const StagedFile& file, const S3Target& target, S3Headers headers, std::uint64_t text_room);

    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const S3Headers& headers() const { return headers_; }
    [[nodiscard]] const std::string& id() const { return upload_id_; }
    // 0 for a small file.
    [[nodiscard]] std::size_t parts() const { return parts_.size(); }
    // What goes into the commit record.
    [[nodiscard]] std::uint64_t text_bytes() const { return parts_.empty() ? bytes_ : 0; }
    // Opens the multipart upload; before the first part. Does nothing without parts.
    [[nodiscard]] Result<> begin(S3Sender& sender);
    [[nodiscard]] Result<> send_part(S3Sender& sender, std::size_t index);
    // What the commit needs; after the last part. Fails if the bytes sent are not the ones that were staged.
    [[nodiscard]] Result<CommitEntry> entry() const;
    // Removes what begin() and send_part() left at the server.
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

    std::string name_;
    std::string source_;  // the staged file, for messages
    std::string key_;
    std::string path_;
    S3Headers headers_;
    std::uint64_t bytes_ = 0;
    std::uint64_t crc64nvme_ = 0;
    std::vector<Part> parts_;
    std::string upload_id_;  // empty: no upload is open
};

}  // namespace sluice
