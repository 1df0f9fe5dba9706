// The profile of ~/.aws/config and ~/.aws/credentials that AWS_PROFILE chooses ("default" without it).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "s3/aws_runtime.hpp"
#include "s3/s3_target.hpp"

namespace sluice {

class AwsProfileFiles {
public:
    // AWS's libraries must have been started (AwsRuntime). Files that are not there are empty.
    [[nodiscard]] static AwsProfileFiles read();

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] bool has_profile() const;
    [[nodiscard]] std::optional<std::string> property(const std::string& name) const;
    // `s3: endpoint_url` in the section [services NAME].
    [[nodiscard]] std::optional<std::string> service_endpoint(const std::string& services) const;
    // "~/.aws/config" and "~/.aws/credentials", as they really are, and whether they are there.
    [[nodiscard]] std::string places() const;
    // Both, also when they are not there.
    [[nodiscard]] std::vector<std::string> paths() const { return {credentials_path_, config_path_}; }
    // May be null.
    [[nodiscard]] aws_profile_collection* collection() const { return profiles_.get(); }

private:
    std::string name_;
    std::string config_path_;
    std::string credentials_path_;
    bool has_config_ = false;
    bool has_credentials_ = false;
    AwsProfiles profiles_;
};

// This process's environment and `profiles`, which must outlive what it gives.
[[nodiscard]] S3Surroundings surroundings_of(const AwsProfileFiles& profiles);

}  // namespace sluice
