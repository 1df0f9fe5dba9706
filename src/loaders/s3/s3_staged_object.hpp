// An object that is at the server or in the commit record, and that readers do not see yet: what it takes to show it,
// also by another run on another machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loaders/commit_record.hpp"
#include "s3/s3_sender.hpp"
#include "utils/result.hpp"

namespace sluice {

struct S3StagedPart {
    std::uint64_t bytes = 0;
    std::uint64_t crc64nvme = 0;
    std::string etag;
};

// Either an open multipart upload with all its parts, or a small text.
struct S3StagedObject {
    std::string upload_id;  // empty: `text` is all
    std::vector<S3StagedPart> parts = {};
    std::string text = {};
    S3Headers headers = {};  // of the PutObject of `text`: its type, encryption, conditions
};

// As CommitEntry::staged has it.
[[nodiscard]] std::string staged_text(const S3StagedObject& object);
[[nodiscard]] std::optional<S3StagedObject> parse_staged(const std::string& text);

// How showing went.
enum class S3Shown {
    yes,
    gone,     // the upload is not there: it was completed before, or aborted
    refused,  // a condition of `headers` does not hold
};
[[nodiscard]] Result<S3Shown> show_staged(S3Sender& sender, const CommitEntry& entry, const S3StagedObject& object);

// Whether the object has these bytes and headers, by the checksum that the server keeps. False also where it keeps
// none.
[[nodiscard]] Result<bool> is_known_to_have(S3Sender& sender, const std::string& key, std::uint64_t bytes,
                                            std::uint64_t crc64nvme, const S3Headers& headers);
// Whether the conditions among `headers` hold now.
[[nodiscard]] Result<bool> conditions_hold(S3Sender& sender, const std::string& key, const S3Headers& headers);
// Whether the object has these bytes. Where the server keeps no checksum, it is read.
[[nodiscard]] Result<bool> has_bytes(S3Sender& sender, const std::string& key, std::uint64_t bytes,
                                     std::uint64_t crc64nvme);

}  // namespace sluice
