#include "cli/verify_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/conclusion.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "cli/terminal_text.hpp"
#include "loaders/manifest_check.hpp"
#include "loaders/s3/s3_check.hpp"
#include "monitoring/number_text.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

constexpr int kDifference = 3;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice verify out                              the files that out/manifest.json names\n"
    "  sluice verify out/manifest.json --format json\n"
    "  sluice verify s3://reports/daily               by the checksums that S3 keeps, without a download\n"
    "\n"
    "Each file's size, CRC-64/NVME and, where the manifest has it, SHA-256 are compared. Files that the manifest does "
    "not\n"
    "name are not looked at.\n"
    "\n"
    "Exit codes: 0 all are as they were published, 3 some are not, 2 mend the command, 4 something cannot be read.";

struct VerifyArguments {
    std::string place;
    S3Options s3;
    bool json = false;
};

// "s3://bucket/prefix", with or without the manifest's name.
bool take_bucket(std::string_view place, S3Options& options) {
    constexpr std::string_view kScheme = "s3://";
    if (!place.starts_with(kScheme)) return false;
    place.remove_prefix(kScheme.size());
    const std::size_t slash = std::min(place.find('/'), place.size());
    options.bucket = place.substr(0, slash);
    std::string_view prefix = place.substr(slash);
    if (prefix.ends_with('/' + std::string(kManifestFile))) prefix.remove_suffix(kManifestFile.size());
    while (prefix.starts_with('/')) prefix.remove_prefix(1);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    options.prefix = prefix;
    return true;
}

std::string difference_text(const FileDifference& difference) {
    if (difference.what == "missing") return "is missing";
    return fmt::format("{} {}, and the manifest says {}", difference.what, difference.found, difference.expected);
}

std::string text_of(const ManifestCheck& check) {
    std::string text;
    std::size_t different = 0;
    std::uint64_t bytes = 0;
    for (const CheckedFile& file : check.files) {
        bytes += file.bytes;
        if (!file.differences.empty()) ++different;
        for (const FileDifference& difference : file.differences)
            text += fmt::format("{}: {}\n", printable(file.file), difference_text(difference));
    }
    const std::string of_run = fmt::format("run {} of pipeline '{}', committed {}", printable(check.manifest.run),
                                           printable(check.manifest.pipeline), printable(check.manifest.committed_at));
    const std::string files =
        fmt::format("{} file{}", count_text(check.files.size()), check.files.size() == 1 ? "" : "s");
    if (different == 0) return fmt::format("{}, {}, as {} published\n", files, bytes_text(bytes), of_run);
    return text + fmt::format("{} of {} differ from what {} published\n", count_text(different), files, of_run);
}

std::string document_of(const ManifestCheck& check) {
    using Json = nlohmann::ordered_json;
    Json files = Json::array();
    for (const CheckedFile& file : check.files) {
        Json differences = Json::array();
        for (const FileDifference& difference : file.differences)
            differences.push_back(
                {{"what", difference.what}, {"expected", difference.expected}, {"found", difference.found}});
        files.push_back({{"file", file.file},
                         {"bytes", file.bytes},
                         {"same", file.differences.empty()},
                         {"differences", std::move(differences)}});
    }
    const Json json{{"manifest", check.place},   {"pipeline", check.manifest.pipeline},
                    {"run", check.manifest.run}, {"committed_at", check.manifest.committed_at},
                    {"same", check.all_same()},  {"files", std::move(files)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

int verify(const VerifyArguments& arguments) {
    StopFlag stop;
    const StopOnSignals signals(stop);
    S3Options s3 = arguments.s3;
    const bool in_bucket = take_bucket(arguments.place, s3);
    const auto check = in_bucket ? check_bucket(s3, RetryPolicy{}, &stop) : check_folder(arguments.place, &stop);
    if (!check) return conclude_command("verify", check.error());
    const int code = conclude_command("verify", arguments.json ? document_of(*check) : text_of(*check));
    return check->all_same() ? code : kDifference;
}

}  // namespace

Command add_verify_command(CLI::App& app) {
    auto arguments = std::make_shared<VerifyArguments>();
    CLI::App* command = app.add_subcommand("verify", "Check that published files are still what their manifest says");
    command->footer(kExamples);
    add_value_option(*command, "PLACE", arguments->place, parse_name,
                     "A manifest, a folder with one, or s3://BUCKET/PREFIX")
        ->type_name("")
        ->required();
    add_value_option(*command, "--endpoint", arguments->s3.endpoint, parse_name,
                     "Of S3 [as in the environment and the profile]")
        ->type_name("URL");
    add_value_option(*command, "--region", arguments->s3.region, parse_name,
                     "Of the bucket [as in the environment and the profile]")
        ->type_name("NAME");
    add_format_option(*command, arguments->json);
    return {.options = command, .run = [arguments](const std::string&) { return verify(*arguments); }};
}

}  // namespace sluice
