// Publishing in a bucket, by the steps of commit_protocol.hpp: the record lies in the claim's object; an entry is shown
// by completing its multipart upload, or by putting its text. S3 keeps nothing of what was replaced, so nothing is
// taken back: what is decided is finished by this run or the next.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "loaders/commit_protocol.hpp"
#include "loaders/s3/s3_claim.hpp"
#include "s3/s3_sender.hpp"

namespace sluice {

class S3Objects final : public CommitMedium {
public:
    // Both outlive it.
    S3Objects(S3Sender& sender, S3Claim& claim) : sender_(&sender), claim_(&claim) {}

    [[nodiscard]] Result<> record(const CommitRecord& record) override { return claim_->set_commit(record); }
    [[nodiscard]] Result<std::optional<CommitRecord>> find_record() override { return claim_->commit(); }
    [[nodiscard]] Result<bool> is_shown(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> show(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> hide(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> settle(const CommitRecord&) override { return {}; }
    [[nodiscard]] Result<> remove_record() override { return claim_->set_commit(std::nullopt); }
    // Uploads are swept when the run knows its own (sweep_uploads).
    [[nodiscard]] Result<> remove_staged() override { return {}; }

private:
    S3Sender* sender_;
    S3Claim* claim_;
};

// Which open uploads to abort: those of keys that `is_of_pipeline` takes, whose ids are not among `own`. While a run
// holds the prefix no other living one has any.
struct S3Sweep {
    std::function<bool(const std::string& key)> is_of_pipeline;
    std::set<std::string> own = {};
    // Set while tidying up: till when, whatever stop has come.
    std::optional<RetryClock::Time> deadline = {};
    std::function<void(const std::string& key)> tell = {};  // of each that is found; may be empty
    bool dry_run = false;
};
// Gives how many they were.
[[nodiscard]] Result<std::size_t> sweep_uploads(S3Sender& sender, const S3Sweep& sweep);

}  // namespace sluice
