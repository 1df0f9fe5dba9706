#include "s3/aws_profiles.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace sluice {
namespace {

AwsString aws_text(const std::string& text) {
    return AwsString(aws_string_new_from_array(aws_default_allocator(),
                                               reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

AwsProfiles profiles_of(const AwsString& path, aws_profile_source_type source) {
    if (!path) return nullptr;
    return AwsProfiles(aws_profile_collection_new_from_file(aws_default_allocator(), path.get(), source));
}

}  // namespace

AwsProfileFiles AwsProfileFiles::read() {
    AwsProfileFiles files;
    aws_allocator* allocator = aws_default_allocator();
    files.name_ = text_of(AwsString(aws_get_profile_name(allocator, nullptr)).get());
    const AwsString config_path(aws_get_config_file_path(allocator, nullptr));
    const AwsString credentials_path(aws_get_credentials_file_path(allocator, nullptr));
    files.config_path_ = text_of(config_path.get());
    files.credentials_path_ = text_of(credentials_path.get());
    const AwsProfiles config = profiles_of(config_path, AWS_PST_CONFIG);
    const AwsProfiles credentials = profiles_of(credentials_path, AWS_PST_CREDENTIALS);
    files.has_config_ = config != nullptr;
    files.has_credentials_ = credentials != nullptr;
    if (config || credentials) {
        files.profiles_.reset(aws_profile_collection_new_from_merge(allocator, config.get(), credentials.get()));
    }
    return files;
}

bool AwsProfileFiles::has_profile() const {
    return profiles_ && aws_profile_collection_get_profile(profiles_.get(), aws_text(name_).get()) != nullptr;
}

std::optional<std::string> AwsProfileFiles::property(const std::string& name) const {
    if (!profiles_) return std::nullopt;
    const aws_profile* profile = aws_profile_collection_get_profile(profiles_.get(), aws_text(name_).get());
    if (profile == nullptr) return std::nullopt;
    const aws_profile_property* property = aws_profile_get_property(profile, aws_text(name).get());
    if (property == nullptr) return std::nullopt;
    return text_of(aws_profile_property_get_value(property));
}

std::optional<std::string> AwsProfileFiles::service_endpoint(const std::string& services) const {
    if (!profiles_) return std::nullopt;
    const aws_profile* section = aws_profile_collection_get_section(profiles_.get(), AWS_PROFILE_SECTION_TYPE_SERVICES,
                                                                    aws_text(services).get());
    if (section == nullptr) return std::nullopt;
    const aws_profile_property* service = aws_profile_get_property(section, aws_text("s3").get());
    if (service == nullptr) return std::nullopt;
    const aws_string* endpoint = aws_profile_property_get_sub_property(service, aws_text("endpoint_url").get());
    return endpoint == nullptr ? std::nullopt : std::optional(text_of(endpoint));
}

std::string AwsProfileFiles::places() const {
    const auto place = [](const std::string& path, bool there) { return path + (there ? "" : " (not there)"); };
    return fmt::format("{}, {}", place(credentials_path_, has_credentials_), place(config_path_, has_config_));
}

S3Surroundings surroundings_of(const AwsProfileFiles& profiles) {
    return {
        .environment = [](const std::string& variable) -> std::optional<std::string> {
            const char* value = std::getenv(variable.c_str());
            return value == nullptr ? std::nullopt : std::optional<std::string>(value);
        },
        .profile = [&profiles](const std::string& name) { return profiles.property(name); },
        .service_endpoint = [&profiles](const std::string& services) { return profiles.service_endpoint(services); },
        .profile_name = profiles.name()};
}

}  // namespace sluice
