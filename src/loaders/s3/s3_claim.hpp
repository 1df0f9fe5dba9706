// Holds a prefix of a bucket against other runs: the object `.sluice/run.json` below it, which is made only where there
// is none (If-None-Match) and replaced only as it was last seen (If-Match), so that of several runs one wins.
//
//   {"sluice_run": 1, "write": N, "lease_seconds": N, "holder": a RunHolder or null, "commit": a CommitRecord or null}
//
// The holder renews it every 20 seconds. A holder that is known to have ended, since it was a process of this machine,
// is replaced at once; any other when the object is older than its lease, by the server's own clock. The same object
// carries the commit record: a run that was paused for longer than its lease can no longer decide anything.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "loaders/commit_record.hpp"
#include "loaders/run_holder.hpp"
#include "s3/s3_sender.hpp"
#include "utils/result.hpp"

namespace sluice {

inline constexpr const char* kClaimFile = ".sluice/run.json";

class S3Claim {
public:
    // Fails with kind conflict while another run holds the prefix; the message says who, and for how long.
    // `headers`: what its object is stored with; a bucket may refuse what is not encrypted as it wants.
    [[nodiscard]] static Result<std::unique_ptr<S3Claim>> take(S3Sender& sender, const RunIdentity& identity,
                                                               const S3Headers& headers);
    // Does not let go of it: a run that is killed leaves it to the next one.
    ~S3Claim() { stop_keeping(); }
    S3Claim(const S3Claim&) = delete;
    S3Claim& operator=(const S3Claim&) = delete;

    // What it carries: after take() that is what a dead run had decided.
    [[nodiscard]] const std::optional<CommitRecord>& commit() const { return commit_; }
    // Fails with kind conflict when the prefix has been lost to another run. The commit point.
    [[nodiscard]] Result<> set_commit(std::optional<CommitRecord> commit);
    // Whether nobody else can have taken it.
    [[nodiscard]] bool held() const;
    // Lets go of it: removes the object, or, while it carries a commit, the holder. Does nothing when it is lost; a
    // failure leaves it to the lease.
    void release(RetryClock::Time deadline) noexcept;

private:
    S3Claim(S3Sender& sender, const RunIdentity& identity, S3Headers headers);
    [[nodiscard]] S3Request put(std::string text, const std::pair<std::string, std::string>& condition) const;
    enum class Written { yes, no };
    // `condition`: the header and its value. `no`: somebody else was first.
    [[nodiscard]] Result<Written> write(const std::pair<std::string, std::string>& condition);
    [[nodiscard]] Result<S3Answer> read();
    [[nodiscard]] std::string text();
    // From an object that another run has made: takes it over, or says who holds it. `no`: it has changed meanwhile.
    [[nodiscard]] Result<Written> take_over(const S3Answer& found);
    void keep();
    void stop_keeping() noexcept;

    S3Sender* sender_;
    RunHolder holder_;
    std::string key_;
    S3Headers headers_;
    std::optional<CommitRecord> commit_;
    std::uint64_t writes_ = 0;
    std::string etag_;
    bool lost_ = false;
    RetryClock::Time renewed_;

    mutable std::mutex mutex_;
    std::condition_variable ended_;
    bool ending_ = false;
    std::jthread keeper_;
};

}  // namespace sluice
