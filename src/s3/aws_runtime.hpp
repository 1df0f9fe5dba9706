// What all S3 connections of the process share: AWS's libraries, one event loop, the name resolver, the TLS settings.
// For the files of this folder only: AWS's types end here.
#pragma once

#include <aws/auth/credentials.h>
#include <aws/common/byte_buf.h>
#include <aws/common/string.h>
#include <aws/io/channel_bootstrap.h>
#include <aws/io/tls_channel_handler.h>
#include <aws/sdkutils/aws_profile.h>

#include <memory>
#include <string>
#include <string_view>

#include "utils/result.hpp"

namespace sluice {

// Holds one reference that `Release` gives back.
template <typename T, auto Release>
struct AwsRelease {
    void operator()(T* object) const { Release(object); }
};
template <typename T, auto Release>
using AwsPointer = std::unique_ptr<T, AwsRelease<T, Release>>;

using AwsString = AwsPointer<aws_string, aws_string_destroy>;
using AwsProfiles = AwsPointer<aws_profile_collection, aws_profile_collection_release>;
using AwsCredentialsProvider = AwsPointer<aws_credentials_provider, aws_credentials_provider_release>;

inline aws_byte_cursor cursor_of(std::string_view text) { return aws_byte_cursor_from_array(text.data(), text.size()); }
inline std::string text_of(const aws_byte_cursor& cursor) {
    return cursor.len == 0 ? std::string() : std::string(reinterpret_cast<const char*>(cursor.ptr), cursor.len);
}
inline std::string text_of(const aws_string* string) {
    return string == nullptr ? std::string() : std::string(aws_string_c_str(string), string->len);
}

class AwsRuntime {
public:
    // The one of the process; made at first use, gone with its last holder, whose thread then waits for AWS's threads.
    [[nodiscard]] static Result<std::shared_ptr<AwsRuntime>> get();
    ~AwsRuntime();
    AwsRuntime(const AwsRuntime&) = delete;
    AwsRuntime& operator=(const AwsRuntime&) = delete;

    [[nodiscard]] aws_client_bootstrap* bootstrap() const { return bootstrap_; }
    // Peers are always verified, against the system's authorities or those of AWS_CA_BUNDLE. Null when there are none.
    [[nodiscard]] aws_tls_ctx* tls() const { return tls_; }

private:
    AwsRuntime() = default;
    [[nodiscard]] Result<> start();

    aws_event_loop_group* loops_ = nullptr;
    aws_host_resolver* resolver_ = nullptr;
    aws_client_bootstrap* bootstrap_ = nullptr;
    aws_tls_ctx* tls_ = nullptr;
};

// What AWS's library says about its last failure on this thread.
[[nodiscard]] std::string last_aws_error();

}  // namespace sluice
