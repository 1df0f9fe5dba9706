#include "s3/s3_fault.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string_view>

namespace sluice {
namespace {

// The permission that an operation needs.
std::string_view permission_of(std::string_view operation) {
    if (operation == "GetObject") return "s3:GetObject, and s3:ListBucket on the bucket";
    if (operation == "HeadObject") return "s3:GetObject, and s3:ListBucket on the bucket";
    if (operation == "ListObjectsV2") return "s3:ListBucket on the bucket";
    if (operation == "DeleteObject") return "s3:DeleteObject";
    if (operation == "AbortMultipartUpload") return "s3:AbortMultipartUpload";
    if (operation == "ListMultipartUploads") return "s3:ListBucketMultipartUploads on the bucket";
    if (operation == "ListParts") return "s3:ListMultipartUploadParts";
    return "s3:PutObject";
}

struct Cause {
    std::string_view aws_code;
    std::string_view code;
    std::string_view explanation;  // may use {bucket}, {signer}, {permission}, {region}
    bool retryable = false;
};

// By the codes of "Error responses" in the API reference of Amazon S3, and of the compatible stores.
constexpr std::array kCauses{
    Cause{"SignatureDoesNotMatch", "s3_wrong_secret",
          "the secret key is wrong for {signer}: check AWS_SECRET_ACCESS_KEY or ~/.aws/credentials"},
    Cause{"InvalidAccessKeyId", "s3_unknown_key",
          "the server does not know {signer}: check AWS_ACCESS_KEY_ID or ~/.aws/credentials, and that the endpoint is "
          "the "
          "right one"},
    Cause{"AccessDenied", "s3_access_denied",
          "{signer} may not do this: it needs the permission {permission}, in the policies of the user and of the "
          "bucket"},
    Cause{"AllAccessDisabled", "s3_access_denied", "all access to this bucket is switched off"},
    Cause{"AccountProblem", "s3_access_denied", "there is a problem with the AWS account: see its console"},
    Cause{
        "NoSuchBucket", "s3_no_bucket",
        "there is no bucket '{bucket}' here: check its name and the endpoint, or make it (`aws s3 mb s3://{bucket}`)"},
    Cause{"InvalidBucketName", "s3_bad_bucket_name", "'{bucket}' is no valid name of a bucket"},
    Cause{"ExpiredToken", "s3_token_expired",
          "the session token has expired: log in again (`aws sso login`, or a new AWS_SESSION_TOKEN)"},
    Cause{"InvalidToken", "s3_token_invalid",
          "the session token is not valid: check AWS_SESSION_TOKEN, or log in again"},
    Cause{"TokenRefreshRequired", "s3_token_expired", "the session token must be renewed: log in again"},
    Cause{"PermanentRedirect", "s3_wrong_region", "the bucket is in another region{region}: set `region`"},
    Cause{"AuthorizationHeaderMalformed", "s3_wrong_region", "the bucket is in another region{region}: set `region`"},
    Cause{"IllegalLocationConstraintException", "s3_wrong_region",
          "the bucket is in another region{region}: set `region`"},
    Cause{"BadDigest", "s3_bad_digest", "what arrived is not what was sent: its checksum differs", true},
    Cause{"XAmzContentChecksumMismatch", "s3_bad_digest", "what arrived is not what was sent: its checksum differs",
          true},
    Cause{"IncompleteBody", "s3_cut_upload", "the upload was cut", true},
    Cause{"RequestTimeout", "s3_timeout", "the server waited too long for data", true},
    Cause{"SlowDown", "s3_busy", "the server asks to slow down", true},
    Cause{"ServiceUnavailable", "s3_busy", "the server is overloaded", true},
    Cause{"ThrottlingException", "s3_busy", "the server asks to slow down", true},
    Cause{"InternalError", "s3_server_fault", "the server has an internal fault", true},
    Cause{"OperationAborted", "s3_busy", "another operation on the same object is under way", true},
    Cause{"NoSuchUpload", "s3_upload_gone", "the upload is gone: somebody aborted it, or a lifecycle rule did"},
    Cause{"EntityTooLarge", "s3_too_large", "the object is larger than the server takes"},
    Cause{"QuotaExceeded", "s3_full", "the quota of the bucket is used up"},
    Cause{"XMinioStorageFull", "s3_full", "the server's disks are full"},
};

const Cause* cause_of(std::string_view aws_code) {
    const auto* found = std::ranges::find(kCauses, aws_code, &Cause::aws_code);
    return found == kCauses.end() ? nullptr : found;
}

std::string what_was_done(const S3Attempt& attempt) {
    const std::string object = attempt.key.empty() ? attempt.target->address()
                                                   : fmt::format("s3://{}/{}", attempt.target->bucket, attempt.key);
    return fmt::format("{} {} at {}", attempt.operation, object, attempt.target->endpoint_url());
}

std::string explain(const Cause& cause, const S3Attempt& attempt, const S3Answer& answer) {
    std::string region = answer.header("x-amz-bucket-region");
    if (region.empty()) region = xml_text(answer.body, "Region");
    if (!region.empty()) region = fmt::format(", {}", region);
    return fmt::format(fmt::runtime(cause.explanation), fmt::arg("bucket", attempt.target->bucket),
                       fmt::arg("signer", attempt.signer), fmt::arg("permission", permission_of(attempt.operation)),
                       fmt::arg("region", region));
}

// Of answers that carry no known code.
Cause cause_of_status(int status) {
    switch (status) {
        case 200:  // an error all the same
            return *cause_of("InternalError");
        case 301:
        case 307:
            return {"", "s3_wrong_region", "the bucket is in another region{region}: set `region`"};
        case 401:
        case 403:
            return *cause_of("AccessDenied");
        case 404:
            return {"", "s3_not_found", "nothing is there: check the bucket, the key and the endpoint"};
        case 408:
            return *cause_of("RequestTimeout");
        case 429:
            return *cause_of("SlowDown");
        case 503:
            return *cause_of("ServiceUnavailable");
        default:
            break;
    }
    if (status >= 500) return *cause_of("InternalError");
    return {"", "s3_refused", "the server refused the request"};
}

Error clock_fault(const S3Attempt& attempt, const std::string& server_time) {
    return external_error(
        "s3_clock",
        fmt::format("{}: the clock of this machine says {:%Y-%m-%d %H:%M:%S} UTC{}, and S3 allows a difference of "
                    "15 minutes: set the clock (`timedatectl set-ntp true`)",
                    what_was_done(attempt), fmt::gmtime(std::time(nullptr)),
                    server_time.empty() ? ", which is too far from the server's"
                                        : fmt::format(" but that of the server {}", server_time)));
}

Error refused(const S3Attempt& attempt, const S3Answer& answer) {
    const std::string aws_code = xml_text(answer.body, "Code");
    // Of some answers the client keeps its own name for the code, and not the body.
    const bool skewed =
        aws_code == "RequestTimeTooSkewed" || answer.transport_name == "AWS_ERROR_S3_REQUEST_TIME_TOO_SKEWED";
    if (skewed) return clock_fault(attempt, answer.header("date"));
    const Cause* known = cause_of(aws_code);
    const Cause cause = known != nullptr ? *known : cause_of_status(answer.status);
    const std::string said = xml_text(answer.body, "Message");
    std::string detail = aws_code.empty() ? fmt::format("status {}", answer.status)
                                          : fmt::format("status {}, {}", answer.status, aws_code);
    if (!said.empty() && known == nullptr) detail += fmt::format(", '{}'", said);
    return external_error(std::string(cause.code),
                          fmt::format("{}: {} ({})", what_was_done(attempt), explain(cause, attempt, answer), detail),
                          cause.retryable);
}

// What went wrong before an answer came, by the names of AWS's libraries.
Error lost(const S3Attempt& attempt, const S3Answer& answer) {
    const std::string_view name = answer.transport_name;
    const S3Target& target = *attempt.target;
    const std::string where =
        fmt::format("{}{}", target.endpoint_url(),
                    target.endpoint_from.empty() ? "" : fmt::format(" (from {})", target.endpoint_from));
    const auto error = [&](std::string code, std::string_view cause, bool retryable) {
        return external_error(
            std::move(code), fmt::format("{}: {} ({}: {})", what_was_done(attempt), cause, name, answer.transport_text),
            retryable);
    };
    if (answer.cancelled) {
        return external_error("s3_timeout",
                              fmt::format("{}: no answer before the retry deadline", what_was_done(attempt)));
    }
    if (name.find("_DNS_") != std::string_view::npos) {
        return error("s3_no_host",
                     fmt::format("no address is known for the host of {}: check the endpoint, the region and the "
                                 "name server",
                                 where),
                     true);
    }
    if (name == "AWS_IO_SOCKET_CONNECTION_REFUSED") {
        return error("s3_unreachable",
                     fmt::format("nothing listens at {}: check the endpoint, and that the server runs", where), true);
    }
    if (name == "AWS_IO_SOCKET_TIMEOUT" || name == "AWS_IO_SOCKET_NO_ROUTE_TO_HOST" ||
        name == "AWS_IO_SOCKET_NETWORK_DOWN") {
        return error("s3_unreachable",
                     fmt::format("{} cannot be reached: check the network, a firewall, and the endpoint", where), true);
    }
    if (name.starts_with("AWS_IO_TLS_") && name != "AWS_IO_TLS_NEGOTIATION_TIMEOUT") {
        return error(
            "s3_tls",
            fmt::format("no trusted connection to {}: the certificate must be valid for the host and be signed "
                        "by a known authority (AWS_CA_BUNDLE names a file with further ones); an http server "
                        "needs an http:// endpoint",
                        where),
            false);
    }
    if (name == "AWS_ERROR_HTTP_CHANNEL_THROUGHPUT_FAILURE") {
        return error("s3_timeout", fmt::format("{} stopped answering", where), true);
    }
    if (name.starts_with("AWS_AUTH_")) {
        return error("s3_no_credentials", "the credentials could not be read again", false);
    }
    return error("s3_connection_lost", fmt::format("the connection to {} was lost", where), true);
}

}  // namespace

Error s3_fault(const S3Attempt& attempt, const S3Answer& answer) {
    return answer.status == 0 || answer.cancelled ? lost(attempt, answer) : refused(attempt, answer);
}

std::optional<std::chrono::milliseconds> retry_after_of(const S3Answer& answer) {
    const std::string text = answer.header("retry-after");
    std::int64_t seconds = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    constexpr std::int64_t kDay = 86'400;
    if (text.empty() || fault != std::errc() || end != text.data() + text.size() || seconds < 0) return std::nullopt;
    return std::chrono::seconds(std::min(seconds, kDay));
}

std::optional<std::int64_t> http_time(const std::string& text) {
    std::tm parts{};
    if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
    return ::timegm(&parts);
}

std::string xml_text(const std::string& xml, const std::string& element) {
    const std::string open = "<" + element + ">";
    const std::size_t begin = xml.find(open);
    if (begin == std::string::npos) return "";
    const std::size_t end = xml.find("</" + element + ">", begin);
    if (end == std::string::npos) return "";
    std::string text = xml.substr(begin + open.size(), end - begin - open.size());
    using Entity = std::pair<std::string_view, char>;
    // The ampersand last, so that "&amp;lt;" becomes "&lt;".
    for (const auto& [entity, character] :
         {Entity{"&lt;", '<'}, Entity{"&gt;", '>'}, Entity{"&quot;", '"'}, Entity{"&#34;", '"'}, Entity{"&apos;", '\''},
          Entity{"&#39;", '\''}, Entity{"&amp;", '&'}}) {
        for (std::size_t at = text.find(entity); at != std::string::npos; at = text.find(entity, at + 1)) {
            text.replace(at, entity.size(), 1, character);
        }
    }
    return text;
}

}  // namespace sluice
