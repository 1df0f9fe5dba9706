#include "s3/s3_location.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "s3/s3_fields.hpp"

namespace sluice {

namespace {

constexpr std::string_view kScheme = "s3://";

// Hadoop's names of the scheme, capital letters, and a slash that is missing.
std::string meant_as(std::string_view text) {
    std::string start(text.substr(0, 6));
    std::ranges::transform(start, start.begin(), [](char byte) {
        return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
    });
    for (const std::string_view scheme : {"s3://", "s3a://", "s3n://", "s3:/"})
        if (start.starts_with(scheme)) return std::string(kScheme) + std::string(text.substr(scheme.size()));
    return "";
}

}  // namespace

bool is_s3_address(std::string_view text) { return text.starts_with(kScheme); }

S3Location s3_location(std::string_view address) {
    address.remove_prefix(std::min(kScheme.size(), address.size()));
    const std::size_t slash = address.find('/');
    if (slash == std::string_view::npos) return {std::string(address), ""};
    return {std::string(address.substr(0, slash)), std::string(address.substr(slash + 1))};
}

std::string s3_address_of(std::string_view bucket, std::string_view key) {
    return fmt::format("{}{}/{}", kScheme, bucket, key);
}

std::optional<AddressFault> fault_of_address(std::string_view text) {
    if (!is_s3_address(text)) {
        const std::string meant = meant_as(text);
        if (meant.empty()) return std::nullopt;
        return AddressFault{fmt::format("'{}' is no address of an object", text), fmt::format("write {}", meant)};
    }
    const S3Location location = s3_location(text);
    if (location.bucket.empty())
        return AddressFault{fmt::format("'{}' names no bucket", text), "an address is s3://BUCKET/KEY"};
    if (location.bucket.find_first_of("*?[") != std::string::npos)
        return AddressFault{fmt::format("the bucket in '{}' is a pattern", text),
                            "only what stands behind the bucket's name may be one; name the buckets in a list"};
    if (const std::string fault = fault_of_bucket(location.bucket); !fault.empty())
        return AddressFault{fmt::format("'{}' is no bucket name", location.bucket), fault};
    if (location.key.empty() && !text.ends_with('/'))
        return AddressFault{fmt::format("'{}' names a bucket and no object in it", text),
                            fmt::format("an address is s3://BUCKET/KEY; {}/ stands for the objects that are in no "
                                        "folder of it",
                                        text)};
    return std::nullopt;
}

}  // namespace sluice
