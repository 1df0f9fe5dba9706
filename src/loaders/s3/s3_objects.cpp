#include "loaders/s3/s3_objects.hpp"

#include <fmt/format.h>

#include <chrono>

#include "loaders/s3/s3_staged_object.hpp"
#include "utils/percent.hpp"

namespace sluice {
namespace {

Error lost(const S3Sender& sender, const CommitEntry& entry) {
    return external_error(std::string(kStagedLost),
                          fmt::format("what was staged for s3://{}/{} is gone, or the object was replaced meanwhile",
                                      sender.target().bucket, sender.target().key(entry.name)));
}

}  // namespace

Result<bool> S3Objects::is_shown(const CommitRecord&, const CommitEntry& entry) {
    const std::string key = sender_->target().key(entry.name);
    TRY_ASSIGN(const bool shown, has_bytes(*sender_, key, entry.bytes, entry.crc64nvme));
    if (shown) return true;
    const auto staged = parse_staged(entry.staged);
    if (!staged) return lost(*sender_, entry);
    if (staged->upload_id.empty()) {
        TRY_ASSIGN(const bool may_be_put, conditions_hold(*sender_, key, staged->headers));
        if (may_be_put) return false;
        return lost(*sender_, entry);
    }
    const S3Request request{.operation = "ListParts",
                            .method = "GET",
                            .path = fmt::format("{}?max-parts=1&uploadId={}", sender_->target().path(key),
                                                percent_encoded(staged->upload_id))};
    TRY_ASSIGN(const S3Answer answer, sender_->send(request, key, is_missing));
    if (!answer.ok()) return lost(*sender_, entry);
    return false;
}

// An upload that is gone was completed: by this run, whose answer was lost, or by one that took it for dead.
Result<> S3Objects::show(const CommitRecord& record, const CommitEntry& entry) {
    const auto staged = parse_staged(entry.staged);
    if (!staged) return internal_error(fmt::format("the commit record says nothing of '{}'", entry.name));
    TRY_ASSIGN(const S3Shown shown, show_staged(*sender_, entry, *staged));
    if (shown == S3Shown::yes) return {};
    const std::string key = sender_->target().key(entry.name);
    TRY_ASSIGN(const bool there, has_bytes(*sender_, key, entry.bytes, entry.crc64nvme));
    if (there) return {};
    if (shown == S3Shown::gone) return lost(*sender_, entry);
    return conflict_error(
        "manifest_changed",
        fmt::format("s3://{}/{} has changed since run {} looked at it: another run has published there without holding "
                    "the prefix; look at its manifest, then run again",
                    sender_->target().bucket, key, record.run));
}

Result<> S3Objects::hide(const CommitRecord&, const CommitEntry&) {
    return external_error("s3_keeps_nothing", "S3 keeps nothing of an object that was replaced");
}

namespace {

Result<S3Answer> ask_for_uploads(S3Sender& sender, const S3Sweep& sweep, const std::string& marker) {
    const std::string prefix = sender.target().key("");
    const S3Request request{
        .operation = "ListMultipartUploads",
        .method = "GET",
        .path = fmt::format("{}?uploads&prefix={}{}", sender.target().bucket_path(), percent_encoded(prefix), marker)};
    if (sweep.deadline) return sender.send_late(request, *sweep.deadline);
    return sender.send(request, prefix);
}

}  // namespace

Result<std::size_t> sweep_uploads(S3Sender& sender, const S3Sweep& sweep) {
    constexpr int kPages = 100;  // of 1,000 uploads each
    constexpr std::chrono::seconds kPatience{10};
    std::size_t swept = 0;
    std::string marker;
    for (int page = 0; page < kPages; ++page) {
        TRY_ASSIGN(const S3Answer answer, ask_for_uploads(sender, sweep, marker));
        for (std::size_t at = answer.body.find("<Upload>"); at != std::string::npos;
             at = answer.body.find("<Upload>", at + 1)) {
            const std::string upload = answer.body.substr(at, answer.body.find("</Upload>", at) - at);
            const std::string key = xml_text(upload, "Key");
            const std::string id = xml_text(upload, "UploadId");
            if (id.empty() || sweep.own.contains(id) || !sweep.is_of_pipeline(key)) continue;
            if (sweep.tell) sweep.tell(key);
            if (sweep.dry_run) continue;
            const S3Request abort{
                .operation = "AbortMultipartUpload",
                .method = "DELETE",
                .path = fmt::format("{}?uploadId={}", sender.target().path(key), percent_encoded(id))};
            const auto end = sweep.deadline.value_or(std::chrono::steady_clock::now() + kPatience);
            if (sender.tidy_up(abort, end)) ++swept;
        }
        if (xml_text(answer.body, "IsTruncated") != "true") break;
        marker =
            fmt::format("&key-marker={}&upload-id-marker={}", percent_encoded(xml_text(answer.body, "NextKeyMarker")),
                        percent_encoded(xml_text(answer.body, "NextUploadIdMarker")));
    }
    return swept;
}

}  // namespace sluice
