// Brings the bytes of an output to S3 so that nothing becomes visible: as the parts of a multipart upload, which is
// completed by the commit, or, of a small file, not yet at all: its text goes into the commit record.
//
// Parts of a file longer than one go up while it is being written. They are read from the staged file, which stays
// until the commit, so that a part can be sent again and no more than one part for each thread is in memory. Nothing
// is sent while all that is known fits the object that the last manifest names: until the file is longer than that, is
// announced with another length, or a part's checksum is not the one that the manifest has of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "loaders/destination.hpp"
#include "loaders/file_growth.hpp"
#include "loaders/manifest.hpp"
#include "loaders/s3/s3_parts.hpp"
#include "loaders/s3/s3_staged_object.hpp"
#include "s3/s3_sender.hpp"
#include "utils/job_queue.hpp"

namespace sluice {

// Where uploads get their parts sent. Outlives them, but for its jobs, which hold the upload that they are of.
struct S3Sending {
    S3Sender* sender = nullptr;
    JobQueue* jobs = nullptr;
};

// One object. Calls of FileGrowth come from the threads that write; the others from one thread: leave_out() or finish()
// once the file is whole; entry() and abort() when no job is under way.
class S3Upload final : public FileGrowth, public std::enable_shared_from_this<S3Upload> {
public:
    // `headers`: what the object is to have, such as its type. `published`: what the last manifest says of it.
    S3Upload(std::string name, const std::filesystem::path& path, S3Headers headers,
             std::optional<ManifestEntry> published, S3Sending sending);

    void announced(std::uint64_t total_bytes) override;
    void written(std::uint64_t offset, std::uint64_t size) override;

    // The finished file is what is there already. False when a part of it is on its way: then it is sent all the same.
    [[nodiscard]] bool leave_out();
    // Sends what is left. `text_room`: how many bytes the commit record still takes; what it takes of them.
    std::uint64_t finish(const StagedFile& file, std::uint64_t text_room);

    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] const S3Headers& headers() const { return headers_; }
    [[nodiscard]] const std::string& id() const { return upload_id_; }
    // What the commit needs. Fails if the bytes sent are not the ones that were staged.
    [[nodiscard]] Result<CommitEntry> entry() const;
    // For the manifest.
    [[nodiscard]] PartChecksums part_checksums() const;
    // Removes what was sent. True when nothing of it is left at the server.
    bool abort(S3Sender& sender, RetryClock::Time deadline) noexcept;

private:
    struct Sent {
        std::uint64_t crc64nvme = 0;
        std::string etag;
    };
    // What becomes of a part that is whole; with the lock held.
    void take(std::size_t part);
    void send_from_now_on();
    void queue(std::size_t part);
    [[nodiscard]] bool may_be_published() const;
    [[nodiscard]] bool is_compared(std::size_t part) const;

    [[nodiscard]] Result<> work_on(std::size_t part);
    [[nodiscard]] Result<> begin();
    [[nodiscard]] Result<std::string> read(S3Parts::Place place) const;
    [[nodiscard]] Result<> check(std::uint64_t crc64nvme) const;

    std::string name_;
    std::string source_;  // the staged file
    std::string key_;
    std::string path_;
    S3Headers headers_;
    std::optional<ManifestEntry> published_;
    S3Sending sending_;
    std::uint64_t bytes_ = 0;
    std::uint64_t crc64nvme_ = 0;

    std::mutex mutex_;
    S3Parts parts_;
    std::vector<Sent> sent_;         // by part
    std::vector<std::size_t> held_;  // whole parts that may be at the server already
    bool sending_now_ = false;       // it is known that the object changes
    bool left_out_ = false;

    std::mutex begin_mutex_;
    std::optional<Error> begin_error_;
    std::string upload_id_;  // empty: no upload is open
};

}  // namespace sluice
