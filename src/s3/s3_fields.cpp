#include "s3/s3_fields.hpp"

#include "config/tree.hpp"

namespace sluice {
namespace {

S3Addressing addressing_of(std::string_view text) {
    if (text == "path") return S3Addressing::in_path;
    return text == "virtual" ? S3Addressing::in_host : S3Addressing::automatic;
}

// https://user:password@host
bool names_a_user(std::string_view endpoint) {
    const std::size_t start = endpoint.find("://");
    if (start == std::string_view::npos) return endpoint.find('@') != std::string_view::npos;
    const std::string_view authority = endpoint.substr(start + 3, endpoint.find_first_of("/?#", start + 3) - start - 3);
    return authority.find('@') != std::string_view::npos;
}

}  // namespace

std::vector<Field> s3_fields() {
    return {
        {.name = "endpoint",
         .doc = "URL of a compatible store; by default AWS_ENDPOINT_URL, the profile's endpoint_url, or AWS.",
         .may_be_empty = true},
        {.name = "region", .doc = "The bucket's region; by default AWS_REGION or the profile's.", .may_be_empty = true},
        {.name = "addressing",
         .doc = "Where the bucket's name stands in a request.",
         .default_text = "auto",
         .choices = {"auto", "path", "virtual"},
         .details = "`path`: behind the host; `virtual`: before it, as in BUCKET.HOST. `auto`: virtual at AWS, "
                    "path at an endpoint of your own and for a bucket whose name has a dot."},
        {.name = "expected_owner",
         .doc = "The AWS account that must own the bucket; else S3 refuses each request.",
         .may_be_empty = true,
         .example = "111122223333"}};
}

S3Options s3_options(const Section& section, Diagnostics& diagnostics) {
    S3Options options{.bucket = {},
                      .endpoint = section.text("endpoint"),
                      .region = section.text("region"),
                      .addressing = addressing_of(section.text("addressing")),
                      .expected_owner = section.text("expected_owner")};
    if (names_a_user(options.endpoint)) {
        const Tree& endpoint = *section.node("endpoint");
        diagnostics.hide({endpoint.location(), endpoint.end()});
        diagnostics.add(endpoint.location(), "the endpoint names a user or a password", "",
                        "write https://HOST[:PORT]; credentials come from `aws configure`, AWS_ACCESS_KEY_ID and "
                        "AWS_SECRET_ACCESS_KEY, or a role");
    }
    return options;
}

std::string fault_of_bucket(std::string_view bucket) {
    if (bucket.find("://") != std::string_view::npos) return "write the bucket's name only, without s3://";
    if (bucket.find('/') != std::string_view::npos) return "a bucket's name has no slash; folders go into `prefix`";
    if (bucket.find_first_of(" \t?#%") != std::string_view::npos)
        return "a bucket's name has letters, digits, dots and hyphens";
    return "";
}

}  // namespace sluice
