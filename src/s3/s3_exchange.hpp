// One request to S3 and its answer, in plain terms.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

struct S3Request {
    std::string operation;  // S3's name for it: "PutObject"
    std::string method;
    std::string path;  // with the query, percent-encoded
    std::vector<std::pair<std::string, std::string>> headers = {};
    std::shared_ptr<const std::string> body = nullptr;  // may be null; shared, since it may be sent again
};

struct S3Answer {
    int status = 0;                              // 0: no answer came
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
    int transport_error = 0;     // AWS's number for what went wrong on the way
    std::string transport_text;  // its description
    std::string transport_name;  // its name: "AWS_IO_SOCKET_TIMEOUT"
    bool cancelled = false;      // by us: a stop, or the deadline

    [[nodiscard]] bool ok() const { return status >= 200 && status < 300 && transport_error == 0 && !cancelled; }
    [[nodiscard]] std::string header(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? "" : found->second;
    }
};

// The text of the first element of that name ("Code" of an error, "UploadId"), with its entities decoded; "" if none.
[[nodiscard]] std::string xml_text(const std::string& xml, const std::string& element);

// Of a header, in seconds since 1970 (RFC 9110, section 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT").
[[nodiscard]] std::optional<std::int64_t> http_time(const std::string& text);

}  // namespace sluice
