#include "s3/aws_credentials.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <vector>

namespace sluice {
namespace {

bool is_set(const char* variable) {
    const char* value = std::getenv(variable);
    return value != nullptr && *value != '\0';
}

// aws-c-auth's own default chain leaves single sign-on and credential_process out.
AwsCredentialsProvider new_chain(const AwsRuntime& runtime, const AwsProfileFiles& profiles) {
    aws_allocator* allocator = aws_default_allocator();
    std::vector<AwsCredentialsProvider> owned;
    const auto add = [&](aws_credentials_provider* provider) {
        if (provider != nullptr) owned.emplace_back(provider);
    };

    aws_credentials_provider_environment_options environment{};
    add(aws_credentials_provider_new_environment(allocator, &environment));

    if (runtime.tls() != nullptr && profiles.collection() != nullptr) {
        aws_credentials_provider_sso_options sso{};
        sso.bootstrap = runtime.bootstrap();
        sso.tls_ctx = runtime.tls();
        sso.config_file_cached = profiles.collection();
        add(aws_credentials_provider_new_sso(allocator, &sso));
    }
    if (profiles.collection() != nullptr) {
        aws_credentials_provider_profile_options profile{};
        profile.bootstrap = runtime.bootstrap();
        profile.tls_ctx = runtime.tls();
        profile.profile_collection_cached = profiles.collection();
        add(aws_credentials_provider_new_profile(allocator, &profile));
        aws_credentials_provider_process_options process{};
        process.config_profile_collection_cached = profiles.collection();
        add(aws_credentials_provider_new_process(allocator, &process));
    }
    if (runtime.tls() != nullptr) {
        aws_credentials_provider_chain_default_options rest{};
        rest.bootstrap = runtime.bootstrap();
        rest.tls_ctx = runtime.tls();
        rest.profile_collection_cached = profiles.collection();
        rest.skip_environment_credentials_provider = true;
        add(aws_credentials_provider_new_chain_default(allocator, &rest));
    }

    std::vector<aws_credentials_provider*> providers;
    for (const auto& provider : owned) providers.push_back(provider.get());
    aws_credentials_provider_chain_options chain{};
    chain.providers = providers.data();
    chain.provider_count = providers.size();
    const AwsCredentialsProvider first(aws_credentials_provider_new_chain(allocator, &chain));
    if (!first) return nullptr;
    aws_credentials_provider_cached_options cached{};
    cached.source = first.get();
    cached.refresh_time_in_milliseconds = 15U * 60U * 1000U;
    return AwsCredentialsProvider(aws_credentials_provider_new_cached(allocator, &cached));
}

struct Answer {
    std::mutex mutex;
    std::condition_variable come;
    bool done = false;
    int error = 0;
    std::string key_id;
};

void on_credentials(aws_credentials* credentials, int error, void* user_data) {
    const std::unique_ptr<std::shared_ptr<Answer>> holder(static_cast<std::shared_ptr<Answer>*>(user_data));
    Answer& answer = **holder;
    const std::lock_guard lock(answer.mutex);
    answer.error = error;
    if (credentials != nullptr) answer.key_id = text_of(aws_credentials_get_access_key_id(credentials));
    answer.done = true;
    answer.come.notify_all();
}

std::string cure(const AwsProfileFiles& profiles) {
    if (profiles.property("sso_session") || profiles.property("sso_start_url")) {
        return fmt::format("log in with `aws sso login --profile {}`", profiles.name());
    }
    if (const auto role = profiles.property("role_arn")) {
        return fmt::format(
            "the role {} of profile '{}' could not be assumed. Check its source_profile, that it may be assumed from "
            "there, and that AWS's token service can be reached; one that is not at https://HOST:443 needs a "
            "`credential_process`, such as `aws sts assume-role`",
            *role, profiles.name());
    }
    return "run `aws configure`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
}

Error none_found(const AwsProfileFiles& profiles) {
    std::string half;
    if (is_set("AWS_ACCESS_KEY_ID") != is_set("AWS_SECRET_ACCESS_KEY")) {
        half = fmt::format(" (only {} is set)",
                           is_set("AWS_ACCESS_KEY_ID") ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY");
    }
    return external_error(
        "s3_no_credentials",
        fmt::format(
            "no AWS credentials were found: {}\n  looked at: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY{}; profile "
            "'{}'{} of {}; AWS_WEB_IDENTITY_TOKEN_FILE; {}",
            cure(profiles), half, profiles.name(), profiles.has_profile() ? " (without usable keys)" : " (not there)",
            profiles.places(),
            is_set("AWS_EC2_METADATA_DISABLED") ? "no machine metadata (AWS_EC2_METADATA_DISABLED is set)"
                                                : "the metadata service of containers and EC2"));
}

}  // namespace

Result<> check_profile(const AwsProfileFiles& profiles) {
    if (is_set("AWS_PROFILE") && !profiles.has_profile() && !is_set("AWS_ACCESS_KEY_ID")) {
        return config_error("no_profile",
                            fmt::format("there is no profile '{}' (AWS_PROFILE) in {}: run `aws configure "
                                        "--profile {}`, or unset AWS_PROFILE",
                                        profiles.name(), profiles.places(), profiles.name()));
    }
    return {};
}

Result<FoundCredentials> find_credentials(const AwsRuntime& runtime, const AwsProfileFiles& profiles,
                                          const StopFlag* stop) {
    FoundCredentials found{.provider = new_chain(runtime, profiles), .signer = ""};
    if (!found.provider) return external_error("s3_client", "cannot look for credentials: " + last_aws_error());

    const auto answer = std::make_shared<Answer>();
    auto holder = std::make_unique<std::shared_ptr<Answer>>(answer);
    if (aws_credentials_provider_get_credentials(found.provider.get(), on_credentials, holder.get()) !=
        AWS_OP_SUCCESS) {
        return none_found(profiles);
    }
    (void)holder.release();  // on_credentials has it now
    std::unique_lock lock(answer->mutex);
    while (!answer->done) {
        if (stop != nullptr) TRY(stop->check());
        answer->come.wait_for(lock, std::chrono::milliseconds(50));
    }
    if (answer->error != 0 || answer->key_id.empty()) return none_found(profiles);
    found.signer = "key " + answer->key_id;
    return found;
}

}  // namespace sluice
