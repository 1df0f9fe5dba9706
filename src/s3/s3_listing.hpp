// Which objects a bucket has: ListObjectsV2, page by page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "s3/s3_sender.hpp"
#include "utils/result.hpp"

namespace sluice {

struct S3Listed {
    std::string key;
    std::string etag;
    std::uint64_t bytes = 0;
};

struct S3Listing {
    std::string prefix;          // that all keys begin with
    bool only_directly = false;  // no keys with a slash behind the prefix
    std::size_t page = 1000;     // objects an answer, as many as S3 gives
    bool only_one_page = false;
    std::function<bool(const std::string& key)> wanted = {};  // others are not kept, page by page; empty: all are
};

struct S3Found {
    std::vector<S3Listed> wanted;  // in byte order of the keys
    std::size_t seen = 0;          // with those that were not
};

// Fails as requests do.
[[nodiscard]] Result<S3Found> list_objects(S3Sender& sender, const S3Listing& listing);

// Those of one answer.
[[nodiscard]] std::vector<S3Listed> listed_objects(const std::string& xml);

}  // namespace sluice
