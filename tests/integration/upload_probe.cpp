// Publishes files to S3 as a run does, without a pipeline: for tests of the destination alone.
//
//   upload_probe BUCKET PREFIX ENDPOINT ATTEMPTS PIPELINE FILE...
//
// ENDPOINT may be empty. Prints "opened" after open(), and exits as `sluice run` would.
//
// A FILE as append:BYTES:PATH is written to PATH.staged while the destination follows it: after the first BYTES of it
// the probe prints "written" and waits for a line of input. announce:BYTES:PATH: its length is announced, and its last
// BYTES come first.
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "loaders/output_file.hpp"
#include "loaders/s3/s3_destination.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {
namespace {

StopFlag stop_flag;

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text(std::filesystem::file_size(path), '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    return text;
}

void pause() {
    std::cout << "written" << std::endl;
    std::string line;
    std::getline(std::cin, line);
}

Result<FileDigest> write_followed(S3Destination& destination, const std::string& name, const std::string& staged,
                                  std::string_view text, std::size_t first, bool announce) {
    std::filesystem::remove(staged);
    TRY_ASSIGN(const auto file, OutputFile::create(staged, false));
    file->tell(destination.follow(name, staged));
    if (announce) {
        const std::size_t begin = text.size() - first;
        TRY(file->resize(text.size()));
        TRY(file->write_at(begin, text.substr(begin)));
        pause();
        TRY(file->write_at(0, text.substr(0, begin)));
    } else {
        TRY(file->append(text.substr(0, first)));
        pause();
        TRY(file->append(text.substr(first)));
    }
    return file->finish();
}

Result<> stage(S3Destination& destination, const std::string& argument) {
    const bool announce = argument.starts_with("announce:");
    const bool followed = announce || argument.starts_with("append:");
    const std::size_t number = argument.find(':') + 1;
    const std::string path = followed ? argument.substr(argument.find(':', number) + 1) : argument;
    const std::string text = text_of(path);
    StagedFile file{.name = std::filesystem::path(path).filename().string(),
                    .path = path,
                    .rows = 1,
                    .bytes = text.size(),
                    .crc64nvme = crc64nvme(text),
                    .columns = {}};
    if (followed) {
        file.path = path + ".staged";
        TRY_ASSIGN(const FileDigest digest, write_followed(destination, file.name, file.path.string(), text,
                                                           std::stoull(argument.substr(number)), announce));
        file.crc64nvme = digest.crc64nvme;
    }
    return destination.stage(file);
}

Result<> publish(S3Destination& destination, const std::string& pipeline, const std::vector<std::string>& files) {
    TRY(destination.open({.base = ".",
                          .identity = {.run = "probe", .pipeline = pipeline, .config_hash = "0"},
                          .stop = &stop_flag,
                          .keep_other_entries = false}));
    std::cout << "opened" << std::endl;
    for (const std::string& file : files) TRY(stage(destination, file));
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
