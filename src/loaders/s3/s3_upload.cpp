// Every body carries its CRC-64/NVME, which the server compares before it keeps anything. The parts' checksums combined
// must be the one that was taken while the file was written.
#include "loaders/s3/s3_upload.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "utils/crc64nvme.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/percent.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kTextBytes = std::uint64_t{16} << 10U;  // what fits into a commit record beside others
constexpr std::size_t kMostPartChecksums = 1000;                // in a manifest, which is read whole

}  // namespace

S3Upload::S3Upload(std::string name, const std::filesystem::path& path, S3Headers headers,
                   std::optional<ManifestEntry> published, S3Sending sending)
    : name_(std::move(name)),
      source_(path.string()),
      key_(sending.sender->target().key(name_)),
      path_(sending.sender->target().path(key_)),
      headers_(std::move(headers)),
      published_(std::move(published)),
      sending_(sending),
      sending_now_(!published_) {}

void S3Upload::announced(std::uint64_t total_bytes) {
    const std::lock_guard lock(mutex_);
    parts_.announce(total_bytes);
    if (!may_be_published()) send_from_now_on();
}

void S3Upload::written(std::uint64_t offset, std::uint64_t size) {
    const std::lock_guard lock(mutex_);
    const auto whole = parts_.add(offset, size);
    if (!sending_now_ && !may_be_published()) send_from_now_on();
    for (const std::size_t part : whole) take(part);
}

// By its length. A file that grows may still come to be as long as the published one.
bool S3Upload::may_be_published() const {
    if (!published_) return false;
    return parts_.length_known() ? parts_.bytes() == published_->bytes : parts_.bytes() <= published_->bytes;
}

bool S3Upload::is_compared(std::size_t part) const {
    const PartChecksums& known = published_->parts;
    return part < known.crc64nvme.size() && known.bytes == parts_.place(part).size;
}

void S3Upload::take(std::size_t part) {
    if (sending_now_ || is_compared(part))
        queue(part);
    else
        held_.push_back(part);
}

void S3Upload::send_from_now_on() {
    sending_now_ = true;
    for (const std::size_t part : std::exchange(held_, {})) queue(part);
}

void S3Upload::queue(std::size_t part) {
    if (sent_.size() < parts_.count()) sent_.resize(parts_.count());
    sending_.jobs->add([upload = shared_from_this(), part] { return upload->work_on(part); });
}

bool S3Upload::leave_out() {
    const std::lock_guard lock(mutex_);
    left_out_ = !sending_now_;
    return left_out_;
}

std::uint64_t S3Upload::finish(const StagedFile& file, std::uint64_t text_room) {
    const std::lock_guard lock(mutex_);
    bytes_ = file.bytes;
    crc64nvme_ = file.crc64nvme;
    if (bytes_ <= std::min(kTextBytes, text_room)) return bytes_;
    const auto rest = parts_.finish(bytes_);
    send_from_now_on();
    for (const std::size_t part : rest) queue(part);
    return 0;
}

Result<> S3Upload::work_on(std::size_t part) {
    S3Parts::Place place;
    {
        const std::lock_guard lock(mutex_);
        if (left_out_) return {};
        place = parts_.place(part);
    }
    TRY_ASSIGN(std::string text, read(place));
    const std::uint64_t checksum = crc64nvme(text);
    {
        const std::lock_guard lock(mutex_);
        sent_[part].crc64nvme = checksum;
        if (left_out_) return {};
        if (!sending_now_ && published_->parts.crc64nvme[part] == crc64nvme_text(checksum)) {
            held_.push_back(part);
            return {};
        }
        if (!sending_now_) send_from_now_on();
    }
    TRY(begin());
    const S3Request request{
        .operation = "UploadPart",
        .method = "PUT",
        .path = fmt::format("{}?partNumber={}&uploadId={}", path_, part + 1, percent_encoded(upload_id_)),
        .headers = {{"x-amz-checksum-crc64nvme", s3_checksum(checksum)}},
        .body = std::make_shared<const std::string>(std::move(text))};
    TRY_ASSIGN(const S3Answer answer, sending_.sender->send(request, key_));
    const std::lock_guard lock(mutex_);
    sent_[part].etag = answer.header("etag");
    return {};
}

// The first part that is sent opens the upload; the others wait for it.
Result<> S3Upload::begin() {
    const std::lock_guard lock(begin_mutex_);
    if (begin_error_) return *begin_error_;
    if (!upload_id_.empty()) return {};
    S3Request request{.operation = "CreateMultipartUpload",
                      .method = "POST",
                      .path = path_ + "?uploads",
                      .headers = {{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "FULL_OBJECT"}}};
    request.headers.insert(request.headers.end(), headers_.begin(), headers_.end());
    const auto answer = sending_.sender->send(request, key_);
    if (!answer) {
        begin_error_ = answer.error();
        return answer.error();
    }
    upload_id_ = xml_text(answer->body, "UploadId");
    if (!upload_id_.empty()) return {};
    const S3Target& target = sending_.sender->target();
    begin_error_ = external_error("s3_bad_answer",
                                  fmt::format("CreateMultipartUpload s3://{}/{} at {}: the answer names no upload; "
                                              "is that an S3 server?",
                                              target.bucket, key_, target.endpoint_url()));
    return *begin_error_;
}

Result<CommitEntry> S3Upload::entry() const {
    S3StagedObject object{.upload_id = upload_id_};
    if (parts_.count() == 0) {
        TRY_ASSIGN(object.text, read({.offset = 0, .size = bytes_}));
        TRY(check(crc64nvme(object.text)));
        object.headers = headers_;
    } else {
        PieceChecksums checksums;
        for (std::size_t part = 0; part < parts_.count(); ++part) {
            const S3Parts::Place place = parts_.place(part);
            const Sent& sent = sent_[part];
            checksums.add(place.offset, place.size, sent.crc64nvme);
            object.parts.push_back({.bytes = place.size, .crc64nvme = sent.crc64nvme, .etag = sent.etag});
        }
        TRY_ASSIGN(const std::uint64_t combined, checksums.combine(bytes_));
        TRY(check(combined));
    }
    return CommitEntry{.name = name_, .staged = staged_text(object), .bytes = bytes_, .crc64nvme = crc64nvme_};
}

PartChecksums S3Upload::part_checksums() const {
    PartChecksums checksums;
    if (parts_.count() < 2) return checksums;
    checksums.bytes = parts_.place(0).size;
    for (std::size_t part = 0; part < std::min(parts_.count(), kMostPartChecksums); ++part)
        if (parts_.place(part).size == checksums.bytes)
            checksums.crc64nvme.push_back(crc64nvme_text(sent_[part].crc64nvme));
    return checksums;
}

bool S3Upload::abort(S3Sender& sender, RetryClock::Time deadline) noexcept {
    // An upload whose name no answer gave may be open all the same.
    if (upload_id_.empty()) return !begin_error_;
    const bool aborted = sender.tidy_up({.operation = "AbortMultipartUpload",
                                         .method = "DELETE",
                                         .path = fmt::format("{}?uploadId={}", path_, percent_encoded(upload_id_))},
                                        deadline);
    upload_id_.clear();
    return aborted;
}

Result<std::string> S3Upload::read(S3Parts::Place place) const {
    const FileDescriptor file(::open(source_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) return system_error("open", source_, errno);
    std::string text(place.size, '\0');
    for (std::uint64_t done = 0; done < place.size;) {
        const ssize_t got =
            ::pread(file.get(), text.data() + done, place.size - done, static_cast<off_t>(place.offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", source_, errno);
        if (got == 0)
            return external_error("file_changed",
                                  fmt::format("'{}' was cut while it was uploaded; run again", source_));
        done += static_cast<std::uint64_t>(got);
    }
    return text;
}

Result<> S3Upload::check(std::uint64_t crc64nvme) const {
    if (crc64nvme == crc64nvme_) return {};
    return external_error("file_changed", fmt::format("'{}' changed while it was uploaded; run again", source_));
}

}  // namespace sluice
