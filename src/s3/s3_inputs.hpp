// The objects that the s3:// paths of a source name: finds and opens them. The counterpart of io/input_paths.hpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "io/input_file.hpp"
#include "io/input_paths.hpp"
#include "s3/s3_location.hpp"
#include "s3/s3_object.hpp"
#include "utils/result.hpp"

namespace sluice {

// One thread. Connects to a bucket when it is asked for, once for each.
class S3Inputs {
public:
    // `options` without a bucket; the limits are for each bucket.
    explicit S3Inputs(S3Reading reading) : reading_(std::move(reading)) {}

    // As find_inputs(): * and ? do not match a slash, nor a dot at the start of a name; an address that ends with a
    // slash stands for the objects directly below it. An object that is named without a pattern is only looked for
    // where `look` says so, or it may be missing: opening it tells.
    [[nodiscard]] Result<std::vector<InputPath>> find(const std::vector<std::string>& addresses,
                                                      const InputSearch& search, bool look);

    // In their order. Fails with the error of the first that could not be opened; then no further ones are tried.
    [[nodiscard]] Result<std::vector<InputFile>> open(const std::vector<std::string>& addresses);

private:
    [[nodiscard]] Result<std::shared_ptr<S3Bucket>> bucket(const std::string& name);
    [[nodiscard]] Result<> add_object(const S3Location& location, const InputSearch& search, bool look,
                                      std::vector<InputPath>& inputs);
    [[nodiscard]] Result<> add_matches(const S3Location& location, const InputSearch& search,
                                       std::vector<InputPath>& inputs);

    S3Reading reading_;
    std::map<std::string, std::shared_ptr<S3Bucket>> buckets_;
};

}  // namespace sluice
