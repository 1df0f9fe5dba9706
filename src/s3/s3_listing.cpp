#include "s3/s3_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "s3/s3_exchange.hpp"
#include "utils/hex.hpp"
#include "utils/percent.hpp"

namespace sluice {

namespace {

// S3 writes a space as a plus.
std::string url_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
        if (low >= 0) {
            decoded += static_cast<char>(high * 16 + low);
            at += 2;
        } else {
            decoded += text[at] == '+' ? ' ' : text[at];
        }
    }
    return decoded;
}

}  // namespace

std::vector<S3Listed> listed_objects(const std::string& xml) {
    const bool encoded = xml_text(xml, "EncodingType") == "url";
    std::vector<S3Listed> objects;
    for (std::size_t at = xml.find("<Contents>"); at != std::string::npos; at = xml.find("<Contents>", at + 1)) {
        const std::string object = xml.substr(at, xml.find("</Contents>", at) - at);
        const std::string key = xml_text(object, "Key");
        S3Listed& listed = objects.emplace_back();
        listed.key = encoded ? url_decoded(key) : key;
        listed.etag = xml_text(object, "ETag");
        const std::string size = xml_text(object, "Size");
        std::from_chars(size.data(), size.data() + size.size(), listed.bytes);
    }
    return objects;
}

Result<S3Found> list_objects(S3Sender& sender, const S3Listing& listing) {
    S3Found objects;
    const std::string question =
        fmt::format("{}?list-type=2&encoding-type=url&max-keys={}&prefix={}{}", sender.target().bucket_path(),
                    listing.page, percent_encoded(listing.prefix), listing.only_directly ? "&delimiter=%2F" : "");
    std::string continued;
    for (;;) {
        const S3Request request{.operation = "ListObjectsV2", .method = "GET", .path = question + continued};
        TRY_ASSIGN(const S3Answer answer, sender.send(request, listing.prefix));
        std::vector<S3Listed> page = listed_objects(answer.body);
        objects.seen += page.size();
        if (listing.wanted) std::erase_if(page, [&](const S3Listed& object) { return !listing.wanted(object.key); });
        std::ranges::move(page, std::back_inserter(objects.wanted));
        if (listing.only_one_page || xml_text(answer.body, "IsTruncated") != "true") break;
        const std::string token = xml_text(answer.body, "NextContinuationToken");
        if (token.empty())
            return external_error("s3_listing",
                                  fmt::format("ListObjectsV2 of {}: the answer says that there is more, and not where "
                                              "it goes on (no NextContinuationToken); the store does not speak S3's "
                                              "language well enough",
                                              fmt::format("s3://{}/{}", sender.target().bucket, listing.prefix)));
        continued = fmt::format("&continuation-token={}", percent_encoded(token));
    }
    std::ranges::sort(objects.wanted, {}, &S3Listed::key);
    return objects;
}

}  // namespace sluice
