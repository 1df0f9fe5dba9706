#include "s3/s3_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "s3/s3_location.hpp"

namespace sluice {

namespace {

constexpr int kPartialContent = 206;
constexpr int kNotFound = 404;
constexpr int kRangeNotSatisfiable = 416;

// "bytes 0-15/4711": what stands behind the slash. Nothing where no number does: then nobody knows how much is missing.
std::optional<std::uint64_t> whole_size(const S3Answer& answer) {
    if (answer.status != kPartialContent) return answer.body.size();
    const std::string range = answer.header("content-range");
    const std::size_t slash = range.find('/');
    if (slash == std::string::npos) return std::nullopt;
    const std::string_view digits = std::string_view(range).substr(slash + 1);
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return size;
}

bool is_missing_or_empty(const S3Answer& answer) { return is_missing(answer) || answer.status == kRangeNotSatisfiable; }

bool is_changed(const S3Answer& answer) {
    return is_refused_by_condition(answer) || answer.status == kRangeNotSatisfiable;
}

// An object as it was when it was opened.
struct Version {
    std::string key;
    std::string path;
    std::string etag;  // empty: the store gives none
    std::string modified;
    std::uint64_t size = 0;
};

std::string shown(const std::string& etag) { return etag.empty() ? "none" : etag; }

S3Request get_request(const std::string& path, std::uint64_t begin, std::uint64_t count) {
    return {.operation = "GetObject",
            .method = "GET",
            .path = path,
            .headers = {{"Range", fmt::format("bytes={}-{}", begin, begin + count - 1)}}};
}

Error missing(const S3Target& target, const std::string& key) {
    return external_error(
        "file_missing", fmt::format("cannot open '{}': there is no such object at {}; check the key, in which capital "
                                    "letters count (a folder's path ends with a slash)",
                                    s3_address_of(target.bucket, key), target.endpoint_url()));
}

Error filled_meanwhile(const S3Target& target, const std::string& key, const std::string& length) {
    return external_error("file_changed",
                          fmt::format("cannot open '{}': it was empty, and a moment later it had {} bytes; nothing may "
                                      "change an input while it is "
                                      "read: run again when its writer is done",
                                      s3_address_of(target.bucket, key), length),
                          true);
}

Error without_size(const S3Target& target, const std::string& key, const S3Answer& answer) {
    return external_error(
        "s3_bad_answer",
        fmt::format(
            "cannot read '{}': {} answered with a part of it and the Content-Range '{}', which does not say how much "
            "there is; a store or a proxy on the way drops it",
            s3_address_of(target.bucket, key), target.endpoint_url(), answer.header("content-range")));
}

// `answer` was refused, or is of another object.
Error changed(S3Sender& sender, const Version& version, const S3Answer& answer) {
    std::string now = answer.ok() ? fmt::format("the ETag {}", shown(answer.header("etag"))) : "";
    if (now.empty() && answer.status != kNotFound) {
        const auto looked =
            sender.send({.operation = "HeadObject", .method = "HEAD", .path = version.path}, version.key, is_missing);
        if (looked && looked->ok())
            now = fmt::format("the ETag {}", shown(looked->header("etag")));
        else if (!looked)
            now = "another one";
    }
    return external_error(
        "file_changed",
        fmt::format("cannot read '{}': it was {} while it was read: it had the ETag {} when it was opened, and {}; "
                    "nothing may change an input while it is read: run again when its writer is done",
                    s3_address_of(sender.target().bucket, version.key), now.empty() ? "removed" : "replaced",
                    shown(version.etag), now.empty() ? "is not there now" : fmt::format("has {} now", now)),
        true);
}

// Not every store knows If-Match.
bool is_same(const Version& version, const S3Answer& answer) {
    return answer.ok() && answer.header("etag") == version.etag &&
           (!version.etag.empty() || answer.header("last-modified") == version.modified) &&
           whole_size(answer) == version.size;
}

bool is_whole_object(const Version& version, const S3Answer& answer) {
    return answer.status != kPartialContent && answer.body.size() == version.size;
}

// A store or a proxy on the way that is in trouble may cut what it gives; the next answer may be whole.
Result<> check_length(const S3Target& target, const Version& version, std::uint64_t begin, std::uint64_t count,
                      const S3Answer& answer) {
    if (!is_same(version, answer) || is_whole_object(version, answer) || answer.body.size() == count) return {};
    return external_error(
        "s3_short_answer",
        fmt::format(
            "cannot read '{}': {} bytes from byte {} were asked for, and {} came; a store or a proxy on the way "
            "cuts its answers",
            s3_address_of(target.bucket, version.key), count, begin, answer.body.size()),
        true);
}

Result<std::string> fetch(S3Sender& sender, const Version& version, std::uint64_t begin, std::uint64_t count) {
    S3Request request = get_request(version.path, begin, count);
    const bool is_weak = version.etag.starts_with("W/");  // such a one never matches
    if (!version.etag.empty() && !is_weak) request.headers.emplace_back("If-Match", version.etag);
    const auto check = [&](const S3Answer& answer) {
        return check_length(sender.target(), version, begin, count, answer);
    };
    TRY_ASSIGN(S3Answer answer, sender.send(request, version.key, is_changed, check));
    if (answer.ok() && !whole_size(answer)) return without_size(sender.target(), version.key, answer);
    if (!is_same(version, answer)) return changed(sender, version, answer);
    if (answer.body.size() == count) return std::move(answer.body);
    return answer.body.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
}

}  // namespace

Result<std::shared_ptr<S3Bucket>> S3Bucket::open(const S3Reading& reading) {
    TRY_ASSIGN(auto connection, S3Connection::open(reading.options, reading.stop));
    return std::shared_ptr<S3Bucket>(new S3Bucket(std::move(connection), reading));
}

Result<std::unique_ptr<S3Object>> S3Object::open(const std::shared_ptr<S3Bucket>& bucket, const std::string& key,
                                                 std::uint64_t head) {
    S3Sender& sender = bucket->sender();
    Version version{.key = key, .path = sender.target().path(key), .etag = {}, .modified = {}};
    TRY_ASSIGN(S3Answer answer, sender.send(get_request(version.path, 0, head), key, is_missing_or_empty));
    if (answer.status == kRangeNotSatisfiable) {  // it has no byte
        answer = {};
        TRY_ASSIGN(answer,
                   sender.send({.operation = "HeadObject", .method = "HEAD", .path = version.path}, key, is_missing));
        const std::string length = answer.header("content-length");
        if (answer.ok() && !length.empty() && length != "0") return filled_meanwhile(sender.target(), key, length);
    }
    if (!answer.ok()) return missing(sender.target(), key);
    const std::optional<std::uint64_t> size = whole_size(answer);
    if (!size) return without_size(sender.target(), key, answer);
    version.etag = answer.header("etag");
    version.modified = answer.header("last-modified");
    version.size = *size;
    std::unique_ptr<S3Object> object(new S3Object(bucket));
    object->place_ = sender.target().place(key);
    object->size_ = version.size;
    object->head_ = std::move(answer.body);
    if (const auto seconds = http_time(version.modified)) object->modified_ = *seconds * 1'000'000'000;
    object->number_ = bucket->parts().add(
        object->size_,
        [&part_sender = bucket->part_sender(), version = std::move(version)](std::uint64_t begin, std::uint64_t count) {
            return fetch(part_sender, version, begin, count);
        },
        object->head_.size());
    return object;
}

Result<> S3Object::read_at(std::uint64_t offset, char* out, std::size_t count) const {
    if (offset < head_.size()) {
        const auto from = static_cast<std::size_t>(offset);
        const std::size_t taken = std::min(count, head_.size() - from);
        std::copy_n(head_.data() + from, taken, out);
        offset += taken;
        out += taken;
        count -= taken;
    }
    if (count == 0) return {};
    return bucket_->parts().read(number_, offset, out, count);
}

}  // namespace sluice
