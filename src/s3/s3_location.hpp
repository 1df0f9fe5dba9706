// Addresses of objects: s3://BUCKET/KEY.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sluice {

struct S3Location {
    std::string bucket;
    std::string key;  // may be a pattern, or end with a slash: a folder
    // Up to the first *, ? or [ of a pattern; all of what is none.
    [[nodiscard]] std::string literal() const { return key.substr(0, key.find_first_of("*?[")); }
    [[nodiscard]] bool is_pattern() const { return key.find_first_of("*?[") != std::string::npos; }
    [[nodiscard]] bool is_folder() const { return !is_pattern() && (key.empty() || key.ends_with('/')); }
};

[[nodiscard]] bool is_s3_address(std::string_view text);
[[nodiscard]] S3Location s3_location(std::string_view address);
[[nodiscard]] std::string s3_address_of(std::string_view bucket, std::string_view key);

struct AddressFault {
    std::string message;
    std::string hint;
};
// What is wrong with a text that is an address, or was meant as one; nothing for any other.
[[nodiscard]] std::optional<AddressFault> fault_of_address(std::string_view text);

}  // namespace sluice
