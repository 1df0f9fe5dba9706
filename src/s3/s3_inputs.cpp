#include "s3/s3_inputs.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <atomic>
#include <optional>

#include "s3/s3_listing.hpp"
#include "utils/parallel.hpp"

namespace sluice {

namespace {

// Answers come after some time each, so that many are waited for at once.
constexpr int kOpening = 16;
// The first bytes of all objects that are open stay in memory, within these limits.
constexpr std::uint64_t kHeads = std::uint64_t{32} << 20U;
constexpr std::uint64_t kLeastHead = 16;

std::string_view file_name(std::string_view key) {
    const std::size_t slash = key.rfind('/');
    return slash == std::string_view::npos ? key : key.substr(slash + 1);
}

InputPath input_of(const std::string& bucket, const S3Listed& object) {
    return {.path = {},
            .name = s3_address_of(bucket, object.key),
            .is_local = false,
            .state = fmt::format("{} bytes, ETag {}", object.bytes, object.etag)};
}

Error no_match(const S3Location& location, std::size_t seen) {
    const std::string address = s3_address_of(location.bucket, location.key);
    if (!location.is_folder())
        return external_error("no_match",
                              fmt::format("no object matches '{}' (of {} that begin with '{}'); check the pattern, in "
                                          "which * stands for no slash, and the bucket",
                                          address, seen, s3_address_of(location.bucket, location.literal())));
    return external_error("no_match",
                          fmt::format("no object in the folder '{}' has a name that is read; folders in it and hidden "
                                      "files are left out: check the names, or write a pattern and `format:`",
                                      address));
}

}  // namespace

Result<std::shared_ptr<S3Bucket>> S3Inputs::bucket(const std::string& name) {
    std::shared_ptr<S3Bucket>& found = buckets_[name];
    if (found == nullptr) {
        reading_.options.bucket = name;
        TRY_ASSIGN(found, S3Bucket::open(reading_));
    }
    return found;
}

Result<> S3Inputs::add_object(const S3Location& location, const InputSearch& search, bool look,
                              std::vector<InputPath>& inputs) {
    InputPath input{.path = {}, .name = s3_address_of(location.bucket, location.key), .is_local = false};
    if (look || search.may_be_missing) {
        TRY_ASSIGN(const auto place, bucket(location.bucket));
        // The key itself comes before all that begin with it.
        TRY_ASSIGN(const auto listed,
                   list_objects(place->sender(), {.prefix = location.key, .page = 1, .only_one_page = true}));
        if (!listed.wanted.empty() && listed.wanted.front().key == location.key)
            input = input_of(location.bucket, listed.wanted.front());
        else if (search.may_be_missing)
            return {};
    }
    inputs.push_back(std::move(input));
    return {};
}

Result<> S3Inputs::add_matches(const S3Location& location, const InputSearch& search, std::vector<InputPath>& inputs) {
    TRY_ASSIGN(const auto place, bucket(location.bucket));
    const std::string literal = location.literal();
    const bool deep = !location.is_folder() && location.key.find('/', literal.size()) != std::string::npos;
    const auto is_meant = [&](const std::string& key) {
        const std::string_view name = file_name(key);
        if (name.empty()) return false;  // what consoles make to show an empty folder
        if (location.is_folder()) return !name.starts_with('.') && (!search.in_folder || search.in_folder(name));
        return key == location.key || ::fnmatch(location.key.c_str(), key.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
    };
    TRY_ASSIGN(const auto listed,
               list_objects(place->sender(), {.prefix = literal, .only_directly = !deep, .wanted = is_meant}));
    for (const S3Listed& object : listed.wanted) inputs.push_back(input_of(location.bucket, object));
    if (!listed.wanted.empty() || search.may_be_missing) return {};
    return no_match(location, listed.seen);
}

Result<std::vector<InputPath>> S3Inputs::find(const std::vector<std::string>& addresses, const InputSearch& search,
                                              bool look) {
    std::vector<InputPath> inputs;
    for (const std::string& address : addresses) {
        const S3Location location = s3_location(address);
        if (location.is_pattern() || location.is_folder())
            TRY(add_matches(location, search, inputs));
        else
            TRY(add_object(location, search, look, inputs));
    }
    put_in_order(inputs);
    return inputs;
}

Result<std::vector<InputFile>> S3Inputs::open(const std::vector<std::string>& addresses) {
    for (const std::string& address : addresses) TRY(bucket(s3_location(address).bucket));
    const std::uint64_t heads = std::min(kHeads, reading_.limits.bytes);
    const std::uint64_t head = std::clamp<std::uint64_t>(heads / std::max<std::size_t>(1, addresses.size()), kLeastHead,
                                                         PartCache::kFirstPart);
    std::vector<std::optional<Result<InputFile>>> opened(addresses.size());
    std::atomic<bool> failed{false};
    for_each_index(kOpening, addresses.size(), [&](std::size_t index) {
        if (failed) return;
        const S3Location location = s3_location(addresses[index]);
        auto object = S3Object::open(buckets_.at(location.bucket), location.key, head);
        if (object)
            opened[index] = InputFile::of_source(std::move(*object), addresses[index]);
        else
            opened[index] = object.error();
        if (!*opened[index]) failed = true;
    });
    std::vector<InputFile> files;
    for (const auto& file : opened)
        if (file && !*file) return file->error();
    for (auto& file : opened) files.push_back(std::move(**file));
    return files;
}

}  // namespace sluice
