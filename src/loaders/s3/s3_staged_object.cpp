#include "loaders/s3/s3_staged_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "utils/base64.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"
#include "utils/percent.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

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

Result<S3Shown> put(S3Sender& sender, const std::string& key, const S3StagedObject& object) {
    TRY_ASSIGN(const S3Answer answer, sender.send(put_request(sender.target(), key, object.text, object.headers), key,
                                                  is_refused_by_condition));
    return answer.ok() ? S3Shown::yes : S3Shown::refused;
}

// The checksum of the whole is that of its parts combined ("full object" checksums of the S3 API reference).
Result<S3Shown> complete(S3Sender& sender, const std::string& key, const CommitEntry& entry,
                         const S3StagedObject& object) {
    std::string list = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (std::size_t index = 0; index < object.parts.size(); ++index) {
        const S3StagedPart& part = object.parts[index];
        list += fmt::format(
            "<Part><PartNumber>{}</PartNumber><ETag>{}</ETag><ChecksumCRC64NVME>{}</ChecksumCRC64NVME></Part>",
            index + 1, xml_escaped(part.etag), s3_checksum(part.crc64nvme));
    }
    list += "</CompleteMultipartUpload>";
    const S3Request request{
        .operation = "CompleteMultipartUpload",
        .method = "POST",
        .path = fmt::format("{}?uploadId={}", sender.target().path(key), percent_encoded(object.upload_id)),
        .headers = {{"Content-Type", "application/xml"},
                    {"x-amz-checksum-type", "FULL_OBJECT"},
                    {"x-amz-checksum-crc64nvme", s3_checksum(entry.crc64nvme)},
                    {"x-amz-mp-object-size", std::to_string(entry.bytes)}},
        .body = std::make_shared<const std::string>(std::move(list))};
    TRY_ASSIGN(const S3Answer answer, sender.send(request, key, is_missing));
    return answer.ok() ? S3Shown::yes : S3Shown::gone;
}

constexpr std::string_view kKmsKeyHeader = "x-amz-server-side-encryption-aws-kms-key-id";

Result<S3Answer> head(S3Sender& sender, const std::string& key) {
    return sender.send({.operation = "HeadObject",
                        .method = "HEAD",
                        .path = sender.target().path(key),
                        .headers = {{"x-amz-checksum-mode", "ENABLED"}}},
                       key, is_missing);
}

Result<std::uint64_t> checksum_by_reading(S3Sender& sender, const std::string& key, std::uint64_t bytes) {
    constexpr std::uint64_t kPiece = std::uint64_t{8} << 20U;
    std::uint64_t checksum = 0;
    for (std::uint64_t offset = 0; offset < bytes; offset += kPiece) {
        const std::uint64_t last = std::min(bytes, offset + kPiece) - 1;
        TRY_ASSIGN(const S3Answer answer,
                   sender.send({.operation = "GetObject",
                                .method = "GET",
                                .path = sender.target().path(key),
                                .headers = {{"Range", fmt::format("bytes={}-{}", offset, last)}}},
                               key));
        checksum = crc64nvme(answer.body, checksum);
    }
    return checksum;
}

}  // namespace

std::string staged_text(const S3StagedObject& object) {
    Json json;
    if (object.upload_id.empty()) {
        json["text"] = base64(object.text);
        json["headers"] = object.headers;
    } else {
        json["upload"] = object.upload_id;
        json["parts"] = Json::array();
        for (const S3StagedPart& part : object.parts) json["parts"].push_back({part.bytes, part.crc64nvme, part.etag});
    }
    return json.dump();
}

std::optional<S3StagedObject> parse_staged(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    S3StagedObject object;
    if (const auto upload = json.find("upload"); upload != json.end() && upload->is_string()) {
        object.upload_id = upload->get<std::string>();
        const auto parts = json.find("parts");
        if (parts == json.end() || !parts->is_array()) return std::nullopt;
        for (const Json& part : *parts) {
            const bool fits = part.is_array() && part.size() == 3 && part[0].is_number_unsigned() &&
                              part[1].is_number_unsigned() && part[2].is_string();
            if (!fits) return std::nullopt;
            object.parts.push_back({.bytes = part[0].get<std::uint64_t>(),
                                    .crc64nvme = part[1].get<std::uint64_t>(),
                                    .etag = part[2].get<std::string>()});
        }
        return object;
    }
    const auto body = json.find("text");
    const auto headers = json.find("headers");
    if (body == json.end() || !body->is_string() || headers == json.end() || !headers->is_array()) return std::nullopt;
    const auto decoded = from_base64(body->get<std::string>());
    if (!decoded) return std::nullopt;
    object.text = *decoded;
    for (const Json& header : *headers) {
        const bool fits = header.is_array() && header.size() == 2 && header[0].is_string() && header[1].is_string();
        if (!fits) return std::nullopt;
        object.headers.emplace_back(header[0].get<std::string>(), header[1].get<std::string>());
    }
    return object;
}

Result<S3Shown> show_staged(S3Sender& sender, const CommitEntry& entry, const S3StagedObject& object) {
    const std::string key = sender.target().key(entry.name);
    return object.upload_id.empty() ? put(sender, key, object) : complete(sender, key, entry, object);
}

Result<bool> is_known_to_have(S3Sender& sender, const std::string& key, std::uint64_t bytes, std::uint64_t crc64nvme,
                              const S3Headers& headers) {
    TRY_ASSIGN(const S3Answer answer, head(sender, key));
    const auto same = [&](const auto& header) {
        std::string name = header.first;
        std::ranges::transform(name, name.begin(), [](unsigned char byte) { return std::tolower(byte); });
        const std::string kept = answer.header(name);
        // Of a key S3 says the ARN, whatever it was named by.
        return kept == header.second || (name == kKmsKeyHeader && kept.ends_with(":key/" + header.second));
    };
    return answer.ok() && answer.header("content-length") == std::to_string(bytes) &&
           kept_checksum(answer) == s3_checksum(crc64nvme) && std::ranges::all_of(headers, same);
}

Result<bool> conditions_hold(S3Sender& sender, const std::string& key, const S3Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (name != "If-Match" && name != "If-None-Match") continue;
        TRY_ASSIGN(const S3Answer answer, head(sender, key));
        if (name == "If-Match" ? answer.header("etag") != value : answer.ok()) return false;
    }
    return true;
}

Result<bool> has_bytes(S3Sender& sender, const std::string& key, std::uint64_t bytes, std::uint64_t crc64nvme) {
    TRY_ASSIGN(const S3Answer answer, head(sender, key));
    if (!answer.ok() || answer.header("content-length") != std::to_string(bytes)) return false;
    if (const std::string kept = kept_checksum(answer); !kept.empty()) return kept == s3_checksum(crc64nvme);
    TRY_ASSIGN(const std::uint64_t read, checksum_by_reading(sender, key, bytes));
    return read == crc64nvme;
}

}  // namespace sluice
