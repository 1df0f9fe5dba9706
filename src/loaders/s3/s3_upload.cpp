// Every body carries its CRC-64/NVME, which the server compares before it keeps anything. The checksum of a whole
// multipart object is that of its parts combined ("full object" checksums of the S3 API reference), and it must be the
// one that was taken while the file was written.
#include "loaders/s3/s3_upload.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "loaders/s3/s3_fault.hpp"
#include "loaders/write_fault.hpp"
#include "utils/base64.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

constexpr std::uint64_t kPartBytes = std::uint64_t{8} << 20U;
constexpr std::uint64_t kMostParts = 10'000;  // S3's limit

std::string percent_encoded(std::string_view text) {
    std::string encoded;
    for (const char byte : text) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                           (byte >= '0' && byte <= '9') ||
                           std::string_view("-._~").find(byte) != std::string_view::npos;
        encoded += plain ? std::string(1, byte) : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
    return encoded;
}

std::string xml_escaped(std::string_view text) {
    std::string escaped;
    for (const char byte : text) {
        switch (byte) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            default:
                escaped += byte;
        }
    }
    return escaped;
}

std::shared_ptr<const std::string> shared_text(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

S3Request put_request(const std::string& path, std::string text, std::uint64_t crc64nvme) {
    return {.operation = "PutObject",
            .method = "PUT",
            .path = path,
            .headers = {{"Content-Type", "application/json"}, {"x-amz-checksum-crc64nvme", s3_checksum(crc64nvme)}},
            .body = shared_text(std::move(text))};
}

}  // namespace

std::string s3_checksum(std::uint64_t crc64nvme) {
    std::array<char, 8> bytes{};
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        bytes[index] = static_cast<char>(crc64nvme >> (56U - 8U * index) & 0xffU);
    }
    return base64(std::string_view(bytes.data(), bytes.size()));
}

Result<S3Answer> S3Sender::send(const S3Request& request, const std::string& key, bool missing_is_fine) {
    return retry(policy_, system_retry_clock(), stop_, [&](Attempt& attempt) -> Result<S3Answer> {
        if (stop_ != nullptr) TRY(stop_->check());
        S3Answer answer = connection_->send(request, stop_, attempt.deadline);
        if (answer.ok()) return answer;
        if (stop_ != nullptr) TRY(stop_->check());
        if (missing_is_fine && answer.status == 404 && xml_text(answer.body, "Code") == "NoSuchKey") return answer;
        attempt.retry_after = retry_after_of(answer);
        return s3_fault({.target = &connection_->target(),
                         .signer = connection_->signer(),
                         .operation = request.operation,
                         .key = key},
                        answer);
    });
}

void S3Sender::tidy_up(const S3Request& request, RetryClock::Time deadline) {
    constexpr int kTries = 3;
    constexpr int kNotFound = 404;  // it is tidy
    for (int tried = 0; tried < kTries; ++tried) {
        const S3Answer answer = connection_->send(request, nullptr, deadline);
        if (answer.ok() || answer.status == kNotFound || answer.cancelled) return;
    }
}

Result<S3Upload> S3Upload::open(const StagedFile& file, const S3Target& target) {
    S3Upload upload;
    upload.name_ = file.name;
    upload.source_ = file.path.string();
    upload.key_ = target.key(file.name);
    upload.path_ = target.path(upload.key_);
    upload.bytes_ = file.bytes;
    upload.crc64nvme_ = file.crc64nvme;
    upload.file_ = FileDescriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!upload.file_.open()) return system_error("open", upload.source_, errno);
    if (file.bytes <= kPartBytes) return upload;
    const std::uint64_t size = std::max(kPartBytes, (file.bytes + kMostParts - 1) / kMostParts);
    for (std::uint64_t offset = 0; offset < file.bytes; offset += size) {
        upload.parts_.push_back(
            {.offset = offset, .size = std::min(size, file.bytes - offset), .crc64nvme = 0, .etag = ""});
    }
    return upload;
}

Result<> S3Upload::begin(S3Sender& sender) {
    if (parts_.empty() || !upload_id_.empty()) return {};
    const S3Request request{.operation = "CreateMultipartUpload",
                            .method = "POST",
                            .path = path_ + "?uploads",
                            .headers = {{"Content-Type", "application/json"},
                                        {"x-amz-checksum-algorithm", "CRC64NVME"},
                                        {"x-amz-checksum-type", "FULL_OBJECT"}}};
    TRY_ASSIGN(const S3Answer answer, sender.send(request, key_));
    const std::string id = xml_text(answer.body, "UploadId");
    if (id.empty()) {
        return external_error("s3_bad_answer",
                              fmt::format("CreateMultipartUpload s3://{}/{} at {}: the answer names no upload; "
                                          "is that an S3 server?",
                                          sender.target().bucket, key_, sender.target().endpoint_url()));
    }
    upload_id_ = percent_encoded(id);
    return {};
}

Result<> S3Upload::send_part(S3Sender& sender, std::size_t index) {
    Part& part = parts_[index];
    TRY_ASSIGN(std::string text, read(part.offset, part.size));
    part.crc64nvme = crc64nvme(text);
    const S3Request request{.operation = "UploadPart",
                            .method = "PUT",
                            .path = fmt::format("{}?partNumber={}&uploadId={}", path_, index + 1, upload_id_),
                            .headers = {{"x-amz-checksum-crc64nvme", s3_checksum(part.crc64nvme)}},
                            .body = shared_text(std::move(text))};
    TRY_ASSIGN(const S3Answer answer, sender.send(request, key_));
    part.etag = answer.header("etag");
    return {};
}

Result<> S3Upload::show(S3Sender& sender) { return parts_.empty() ? put(sender) : complete(sender); }

Result<> S3Upload::put(S3Sender& sender) {
    TRY_ASSIGN(std::string text, read(0, bytes_));
    TRY(check(crc64nvme(text)));
    TRY(sender.send(put_request(path_, std::move(text), crc64nvme_), key_));
    return {};
}

Result<> S3Upload::complete(S3Sender& sender) {
    PieceChecksums checksums;
    std::string list = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (std::size_t index = 0; index < parts_.size(); ++index) {
        const Part& part = parts_[index];
        checksums.add(part.offset, part.size, part.crc64nvme);
        list += fmt::format(
            "<Part><PartNumber>{}</PartNumber><ETag>{}</ETag><ChecksumCRC64NVME>{}</ChecksumCRC64NVME></Part>",
            index + 1, xml_escaped(part.etag), s3_checksum(part.crc64nvme));
    }
    list += "</CompleteMultipartUpload>";
    TRY_ASSIGN(const std::uint64_t combined, checksums.combine(bytes_));
    TRY(check(combined));
    const S3Request request{.operation = "CompleteMultipartUpload",
                            .method = "POST",
                            .path = fmt::format("{}?uploadId={}", path_, upload_id_),
                            .headers = {{"Content-Type", "application/xml"},
                                        {"x-amz-checksum-type", "FULL_OBJECT"},
                                        {"x-amz-checksum-crc64nvme", s3_checksum(combined)},
                                        {"x-amz-mp-object-size", std::to_string(bytes_)}},
                            .body = shared_text(std::move(list))};
    TRY(sender.send(request, key_));
    upload_id_.clear();
    return {};
}

void S3Upload::abort(S3Sender& sender, RetryClock::Time deadline) noexcept {
    if (upload_id_.empty()) return;
    sender.tidy_up({.operation = "AbortMultipartUpload",
                    .method = "DELETE",
                    .path = fmt::format("{}?uploadId={}", path_, upload_id_)},
                   deadline);
    upload_id_.clear();
}

Result<std::string> S3Upload::read(std::uint64_t offset, std::uint64_t size) const {
    std::string text(size, '\0');
    for (std::uint64_t done = 0; done < size;) {
        const ssize_t got = ::pread(file_.get(), text.data() + done, size - done, static_cast<off_t>(offset + done));
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

Result<> put_text(S3Sender& sender, const std::string& key, std::string text) {
    const std::uint64_t checksum = crc64nvme(text);
    TRY(sender.send(put_request(sender.target().path(key), std::move(text), checksum), key));
    return {};
}

}  // namespace sluice
