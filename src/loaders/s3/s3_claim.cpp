#include "loaders/s3/s3_claim.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;
using std::chrono::seconds;

constexpr seconds kLease{120};
constexpr seconds kRenewal{20};
constexpr int kTries = 10;  // each failed one means that another run was faster

// How old the object is by the server's clock, as far as the answer says it.
std::optional<seconds> age_of(const S3Answer& answer) {
    const auto now = http_time(answer.header("date"));
    const auto changed = http_time(answer.header("last-modified"));
    if (!now || !changed) return std::nullopt;
    return seconds(*now - *changed);
}

struct Claim {
    std::optional<RunHolder> holder;
    std::optional<CommitRecord> commit;
    seconds lease = kLease;
};

Result<Claim> parse_claim(const std::string& text, const std::string& place) {
    const Json json = Json::parse(text, nullptr, false);
    const auto version = json.is_object() ? json.find("sluice_run") : json.end();
    if (version == json.end() || *version != 1) {
        return conflict_error("newer_claim",
                              fmt::format("'{}' is not what this Sluice writes there: a newer one did, or "
                                          "another program; use the newer one, or remove it",
                                          place));
    }
    Claim claim;
    if (const auto holder = json.find("holder"); holder != json.end()) claim.holder = parse_holder(holder->dump());
    if (const auto commit = json.find("commit"); commit != json.end() && commit->is_object()) {
        TRY_ASSIGN(claim.commit, parse_commit_record(commit->dump(), place));
    }
    if (const auto lease = json.find("lease_seconds"); lease != json.end() && lease->is_number_unsigned())
        claim.lease = seconds(lease->get<std::int64_t>());
    return claim;
}

}  // namespace

S3Claim::S3Claim(S3Sender& sender, const RunIdentity& identity, S3Headers headers)
    : sender_(&sender),
      holder_(this_holder(identity)),
      key_(sender.target().key(kClaimFile)),
      headers_(std::move(headers)) {}

S3Request S3Claim::put(std::string text, const std::pair<std::string, std::string>& condition) const {
    S3Headers headers = headers_;
    headers.push_back(condition);
    return put_request(sender_->target(), key_, std::move(text), headers);
}

Result<std::unique_ptr<S3Claim>> S3Claim::take(S3Sender& sender, const RunIdentity& identity,
                                               const S3Headers& headers) {
    std::unique_ptr<S3Claim> claim(new S3Claim(sender, identity, headers));
    for (int tried = 0; tried < kTries; ++tried) {
        // Looks before it writes: some stores make a bucket that is not there when something is put into it.
        TRY_ASSIGN(const S3Answer found, claim->read());
        TRY_ASSIGN(const Written taken, found.ok() ? claim->take_over(found) : claim->write({"If-None-Match", "*"}));
        if (taken == Written::no) continue;
        claim->keeper_ = std::jthread([holder = claim.get()] { holder->keep(); });
        return claim;
    }
    return conflict_error(
        "locked", fmt::format("{} is taken by one run after the other; run again later", sender.target().address()));
}

Result<S3Claim::Written> S3Claim::take_over(const S3Answer& found) {
    const std::string place = fmt::format("s3://{}/{}", sender_->target().bucket, key_);
    TRY_ASSIGN(Claim claim, parse_claim(found.body, place));
    const auto age = age_of(found);
    const bool expired = age && *age > claim.lease;
    if (claim.holder && !has_ended(*claim.holder) && !expired) {
        if (claim.holder->run == holder_.run && claim.holder->process.pid == holder_.process.pid) {
            return config_error("same_prefix",
                                fmt::format("two destinations of this config write to {}; remove one, or "
                                            "give it another prefix",
                                            sender_->target().address()));
        }
        const seconds left = std::max(seconds(0), claim.lease - age.value_or(seconds(0)));
        return conflict_error(
            "locked",
            fmt::format("{} is held by {}; wait until it has ended, or write to another prefix. Should it be dead, its "
                        "lease ends in {} seconds ('{}')",
                        sender_->target().address(), holder_sentence(*claim.holder), left.count(), place));
    }
    commit_ = std::move(claim.commit);
    TRY_ASSIGN(const Written written, write({"If-Match", found.header("etag")}));
    if (written == Written::no) commit_.reset();
    return written;
}

std::string S3Claim::text() {
    Json json{{"sluice_run", 1}, {"write", ++writes_}, {"lease_seconds", kLease.count()}};
    json["holder"] = Json::parse(holder_text(holder_));
    json["commit"] = commit_ ? Json::parse(commit_record_text(*commit_)) : Json();
    return json.dump(2) + "\n";
}

// An answer may be lost on its way, and the request sent again: then it is our own text that stands in the way.
Result<S3Claim::Written> S3Claim::write(const std::pair<std::string, std::string>& condition) {
    const auto asked = std::chrono::steady_clock::now();
    const std::string body = text();
    TRY_ASSIGN(const S3Answer answer, sender_->send(put(body, condition), key_, is_refused_by_condition));
    if (answer.ok()) {
        etag_ = answer.header("etag");
    } else {
        TRY_ASSIGN(const S3Answer found, read());
        if (found.status == 404 || found.body != body) return Written::no;
        etag_ = found.header("etag");
    }
    renewed_ = asked;
    return Written::yes;
}

Result<S3Answer> S3Claim::read() {
    return sender_->send({.operation = "GetObject", .method = "GET", .path = sender_->target().path(key_)}, key_,
                         is_missing);
}

// When no answer comes, nobody knows whether the server has taken it: then it counts as taken.
Result<> S3Claim::set_commit(std::optional<CommitRecord> commit) {
    const std::lock_guard lock(mutex_);
    if (!commit && !commit_) return {};
    std::optional<CommitRecord> before = std::exchange(commit_, std::move(commit));
    const auto written = lost_ ? Written::no : write({"If-Match", etag_});
    if (!written) {
        if (!commit_) commit_ = std::move(before);
        return written.error();
    }
    if (*written == Written::yes) return {};
    commit_ = std::move(before);
    lost_ = true;
    return conflict_error("claim_lost",
                          fmt::format("this run did not renew its lease of {} in time, and another run has taken it; "
                                      "wait until that has ended, then run again",
                                      sender_->target().address()));
}

void S3Claim::keep() {
    std::unique_lock lock(mutex_);
    while (!ended_.wait_for(lock, kRenewal, [&] { return ending_; })) {
        if (lost_) return;
        const auto written = write({"If-Match", etag_});
        if (written && *written == Written::no) lost_ = true;
    }
}

bool S3Claim::held() const {
    const std::lock_guard lock(mutex_);
    return !lost_ && !etag_.empty() && std::chrono::steady_clock::now() - renewed_ <= kLease;
}

void S3Claim::release(RetryClock::Time deadline) noexcept {
    stop_keeping();
    if (!held()) return;
    lost_ = true;
    const S3Target& target = sender_->target();
    const S3Request remove{.operation = "DeleteObject", .method = "DELETE", .path = target.path(key_)};
    if (!commit_ && sender_->tidy_up(remove, deadline)) return;
    // Nobody holds it: for who may not delete, and for a commit that the next run has to finish.
    const Json json{{"sluice_run", 1},
                    {"holder", nullptr},
                    {"commit", commit_ ? Json::parse(commit_record_text(*commit_)) : Json()}};
    (void)sender_->tidy_up(put(json.dump(2) + "\n", {"If-Match", etag_}), deadline);
}

void S3Claim::stop_keeping() noexcept {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        ended_.notify_all();
    }
    if (keeper_.joinable()) keeper_.join();
}

}  // namespace sluice
