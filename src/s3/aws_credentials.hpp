// Finds credentials in the places of AWS's own tools, in their order: the environment, single sign-on, the profile
// (keys, or a role to assume), the profile's credential_process, web identity, container and machine metadata.
#pragma once

#include <string>

#include "s3/aws_profiles.hpp"
#include "s3/aws_runtime.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct FoundCredentials {
    AwsCredentialsProvider provider;  // renews them when they expire
    std::string signer;               // "key AKIA..."
};

// Fails (kind config) when AWS_PROFILE names a profile that is not there, and the environment has no keys either.
[[nodiscard]] Result<> check_profile(const AwsProfileFiles& profiles);

// Asks for credentials once, so that their absence is known before the run works. Fails naming what was looked at.
[[nodiscard]] Result<FoundCredentials> find_credentials(const AwsRuntime& runtime, const AwsProfileFiles& profiles,
                                                        const StopFlag* stop);

}  // namespace sluice
