#include "s3/s3_sender.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include "s3/s3_fault.hpp"
#include "utils/base64.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kPreconditionFailed = 412;

}  // namespace

// A HEAD has no body that could name the reason.
bool is_missing(const S3Answer& answer) {
    const std::string code = xml_text(answer.body, "Code");
    return answer.status == kNotFound && (code.empty() || code == "NoSuchKey" || code == "NoSuchUpload");
}

bool is_error_in_disguise(const S3Answer& answer) {
    if (!answer.ok() || !answer.header("etag").empty()) return false;
    std::string_view text = answer.body;
    if (text.starts_with("<?xml")) text.remove_prefix(std::min(text.size(), text.find("?>") + 2));
    while (text.starts_with('\n') || text.starts_with('\r') || text.starts_with(' ')) text.remove_prefix(1);
    return text.starts_with("<Error>") || text.starts_with("<Error ");
}

bool is_refused_by_condition(const S3Answer& answer) {
    if (answer.status == kPreconditionFailed) return true;
    const std::string code = xml_text(answer.body, "Code");
    // The object went away between two looks at it.
    if (answer.status == kNotFound) return code == "NoSuchKey";
    return answer.status == kConflict && code == "ConditionalRequestConflict";
}

Result<S3Answer> S3Sender::send(const S3Request& request, const std::string& key, S3Understood understood,
                                const S3Check& check) {
    return retry(policy_, system_retry_clock(), stop_, [&](Attempt& attempt) -> Result<S3Answer> {
        if (stop_ != nullptr) TRY(stop_->check());
        S3Answer answer = connection_->send(request, stop_, attempt.deadline);
        if (answer.ok() && !is_error_in_disguise(answer)) {
            if (check) TRY(check(answer));
            return answer;
        }
        if (stop_ != nullptr) TRY(stop_->check());
        if (understood != nullptr && answer.status != 0 && !answer.cancelled && understood(answer)) return answer;
        attempt.retry_after = retry_after_of(answer);
        return s3_fault({.target = &connection_->target(),
                         .signer = connection_->signer(),
                         .operation = request.operation,
                         .key = key},
                        answer);
    });
}

S3Answer S3Sender::send_late(const S3Request& request, RetryClock::Time deadline) {
    constexpr int kTries = 3;
    S3Answer answer;
    for (int tried = 0; tried < kTries; ++tried) {
        // A connection that is stalled must not take the time of the tries after it.
        const auto now = std::chrono::steady_clock::now();
        answer = connection_->send(request, nullptr, now + (deadline - now) / (kTries - tried));
        if ((answer.ok() && !is_error_in_disguise(answer)) || answer.status == kNotFound) break;
    }
    return answer;
}

bool S3Sender::tidy_up(const S3Request& request, RetryClock::Time deadline) {
    const S3Answer answer = send_late(request, deadline);
    return (answer.ok() && !is_error_in_disguise(answer)) || answer.status == kNotFound;
}

std::string s3_checksum(std::uint64_t crc64nvme) {
    std::array<char, 8> bytes{};
    for (std::size_t index = 0; index < bytes.size(); ++index) {
        bytes[index] = static_cast<char>(crc64nvme >> (56U - 8U * index) & 0xffU);
    }
    return base64(std::string_view(bytes.data(), bytes.size()));
}

std::string kept_checksum(const S3Answer& answer) {
    std::string kept = answer.header("x-amz-checksum-crc64nvme");
    const auto bytes = from_base64(kept);
    return bytes && bytes->size() == sizeof(std::uint64_t) ? kept : std::string();
}

S3Request put_request(const S3Target& target, const std::string& key, std::string text, const S3Headers& headers) {
    S3Request request{.operation = "PutObject",
                      .method = "PUT",
                      .path = target.path(key),
                      .headers = {{"x-amz-checksum-crc64nvme", s3_checksum(crc64nvme(text))}}};
    const bool typed = std::ranges::any_of(headers, [](const auto& header) { return header.first == "Content-Type"; });
    if (!typed) request.headers.emplace_back("Content-Type", "application/json");
    request.headers.insert(request.headers.end(), headers.begin(), headers.end());
    request.body = std::make_shared<const std::string>(std::move(text));
    return request;
}

}  // namespace sluice
