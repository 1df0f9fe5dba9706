// Publishes files to S3 as a run does, without a pipeline: for tests of the destination alone.
//
//   upload_probe BUCKET PREFIX ENDPOINT ATTEMPTS PIPELINE FILE...
//
// ENDPOINT may be empty. Prints "opened" after open(), and exits as `sluice run` would.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "loaders/s3/s3_destination.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

StopFlag stop_flag;

Result<> publish(S3Destination& destination, const std::string& pipeline, const std::vector<std::string>& files) {
    TRY(destination.open({.base = ".",
                          .identity = {.run = "probe", .pipeline = pipeline, .config_hash = "0"},
                          .stop = &stop_flag,
                          .keep_other_entries = false}));
    std::cout << "opened" << std::endl;
    for (const std::string& path : files) {
        std::ifstream file(path, std::ios::binary);
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        TRY(destination.stage({.name = std::filesystem::path(path).filename().string(),
                               .path = path,
                               .rows = 1,
                               .bytes = text.size(),
                               .crc64nvme = crc64nvme(text),
                               .columns = {}}));
    }
    TRY(destination.prepare());
    return destination.commit();
}

int run(const std::vector<std::string>& arguments) {
    std::signal(SIGINT, [](int signal) { stop_flag.set(signal); });
    RetryPolicy policy;
    policy.attempts = std::atoi(arguments.at(3).c_str());
    policy.first_delay = std::chrono::milliseconds(50);
    S3Destination destination(
        {.bucket = arguments.at(0), .prefix = arguments.at(1), .endpoint = arguments.at(2), .region = ""}, policy);
    const auto published = publish(destination, arguments.at(4), {arguments.begin() + 5, arguments.end()});
    if (published) return 0;
    destination.abort();
    std::cerr << published.error().code << ": " << published.error().message << "\n";
    std::cerr << "published: " << (destination.published() ? "something" : "nothing") << "\n";
    return exit_code(published.error());
}

}  // namespace
}  // namespace sluice

int main(int count, char** values) {
    if (count < 6) {
        std::cerr << "upload_probe BUCKET PREFIX ENDPOINT ATTEMPTS PIPELINE FILE...\n";
        return 2;
    }
    return sluice::run({values + 1, values + count});
}
