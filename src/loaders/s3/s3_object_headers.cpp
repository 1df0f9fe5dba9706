#include "loaders/s3/s3_object_headers.hpp"

#include <array>

namespace sluice {
namespace {

struct Named {
    std::string_view extension;
    std::string_view value;
};

// Registered with IANA, but for JSON lines, whose usual name is not.
constexpr std::array kTypes{
    Named{".json", "application/json"},
    Named{".jsonl", "application/x-ndjson"},
    Named{".csv", "text/csv; charset=utf-8"},
    Named{".tsv", "text/tab-separated-values; charset=utf-8"},
    Named{".parquet", "application/vnd.apache.parquet"},
    Named{".gz", "application/gzip"},
    Named{".zst", "application/zstd"},
};
constexpr std::array kEncodings{Named{".gz", "gzip"}, Named{".zst", "zstd"}};

template <typename Table>
const Named* named(const Table& table, std::string_view file) {
    for (const Named& entry : table)
        if (file.ends_with(entry.extension)) return &entry;
    return nullptr;
}

}  // namespace

S3Headers object_headers(const S3Options& options, std::string_view file) {
    S3Headers headers;
    if (const Named* encoding = named(kEncodings, file); encoding != nullptr && options.content_encoding) {
        headers.emplace_back("Content-Encoding", encoding->value);
        file.remove_suffix(encoding->extension.size());
    }
    const Named* type = named(kTypes, file);
    headers.emplace_back("Content-Type", type == nullptr ? "application/octet-stream" : type->value);
    if (options.encryption == "AES256" || options.encryption == "aws:kms")
        headers.emplace_back("x-amz-server-side-encryption", options.encryption);
    if (!options.kms_key.empty()) headers.emplace_back("x-amz-server-side-encryption-aws-kms-key-id", options.kms_key);
    return headers;
}

}  // namespace sluice
