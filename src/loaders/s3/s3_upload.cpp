// Every body carries its CRC-64/NVME, which the server compares before it keeps anything. The parts' checksums combined
// must be the one that was taken while the file was written.
#include "loaders/s3/s3_upload.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "utils/crc64nvme.hpp"
#include "utils/file_descriptor.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kPartBytes = std::uint64_t{8} << 20U;
constexpr std::uint64_t kMostParts = 10'000;                    // S3's limit
constexpr std::uint64_t kTextBytes = std::uint64_t{16} << 10U;  // what fits into a commit record beside others

}  // namespace

S3Upload::S3Upload(const StagedFile& file, const S3Target& target, S3Headers headers, std::uint64_t text_room)
    : name_(file.name),
      source_(file.path.string()),
      key_(target.key(file.name)),
      path_(target.path(key_)),
      headers_(std::move(headers)),
      bytes_(file.bytes),
      crc64nvme_(file.crc64nvme) {
    if (bytes_ <= std::min(kTextBytes, text_room)) return;
    const std::uint64_t size = std::max(kPartBytes, (bytes_ + kMostParts - 1) / kMostParts);
    for (std::uint64_t offset = 0; offset < bytes_; offset += size)
        parts_.push_back({.offset = offset, .size = std::min(size, bytes_ - offset), .crc64nvme = 0, .etag = ""});
}

Result<> S3Upload::begin(S3Sender& sender) {
    if (parts_.empty() || !upload_id_.empty()) return {};
    S3Request request{.operation = "CreateMultipartUpload",
                      .method = "POST",
                      .path = path_ + "?uploads",
                      .headers = {{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "FULL_OBJECT"}}};
    request.headers.insert(request.headers.end(), headers_.begin(), headers_.end());
    TRY_ASSIGN(const S3Answer answer, sender.send(request, key_));
    upload_id_ = xml_text(answer.body, "UploadId");
    if (!upload_id_.empty()) return {};
    return external_error("s3_bad_answer",
                          fmt::format("CreateMultipartUpload s3://{}/{} at {}: the answer names no upload; "
                                      "is that an S3 server?",
                                      sender.target().bucket, key_, sender.target().endpoint_url()));
}

Result<> S3Upload::send_part(S3Sender& sender, std::size_t index) {
    Part& part = parts_[index];
    TRY_ASSIGN(std::string text, read(part.offset, part.size));
    part.crc64nvme = crc64nvme(text);
    const S3Request request{
        .operation = "UploadPart",
        .method = "PUT",
        .path = fmt::format("{}?partNumber={}&uploadId={}", path_, index + 1, query_encoded(upload_id_)),
        .headers = {{"x-amz-checksum-crc64nvme", s3_checksum(part.crc64nvme)}},
        .body = std::make_shared<const std::string>(std::move(text))};
    TRY_ASSIGN(const S3Answer answer, sender.send(request, key_));
    part.etag = answer.header("etag");
    return {};
}

Result<CommitEntry> S3Upload::entry() const {
    S3StagedObject object{.upload_id = upload_id_};
    if (parts_.empty()) {
        TRY_ASSIGN(object.text, read(0, bytes_));
        TRY(check(crc64nvme(object.text)));
        object.headers = headers_;
    } else {
        PieceChecksums checksums;
        for (const Part& part : parts_) {
            checksums.add(part.offset, part.size, part.crc64nvme);
            object.parts.push_back({.bytes = part.size, .crc64nvme = part.crc64nvme, .etag = part.etag});
        }
        TRY_ASSIGN(const std::uint64_t combined, checksums.combine(bytes_));
        TRY(check(combined));
    }
    return CommitEntry{.name = name_, .staged = staged_text(object), .bytes = bytes_, .crc64nvme = crc64nvme_};
}

void S3Upload::abort(S3Sender& sender, RetryClock::Time deadline) noexcept {
    if (upload_id_.empty()) return;
    (void)sender.tidy_up({.operation = "AbortMultipartUpload",
                          .method = "DELETE",
                          .path = fmt::format("{}?uploadId={}", path_, query_encoded(upload_id_))},
                         deadline);
    upload_id_.clear();
}

Result<std::string> S3Upload::read(std::uint64_t offset, std::uint64_t size) const {
    const FileDescriptor file(::open(source_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) return system_error("open", source_, errno);
    std::string text(size, '\0');
    for (std::uint64_t done = 0; done < size;) {
        const ssize_t got = ::pread(file.get(), text.data() + done, size - done, static_cast<off_t>(offset + done));
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
