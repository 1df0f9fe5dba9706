// Every folder of tests/golden/config_errors holds a config with faults (config.yaml or config.json), the exact message
// that it must give (expected_error.txt), and perhaps what is in the environment (environment.txt: NAME=value) and on
// the command line (set.txt: one --set option a line). SLUICE_UPDATE_GOLDEN=1 rewrites the messages; the diff is to be
// reviewed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "unit/config/real_schemas.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

const fs::path kCases = fs::path(SLUICE_SOURCE_DIR) / "tests/golden/config_errors";

std::string read_text(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> read_lines(const fs::path& path) {
    std::vector<std::string> lines;
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(kCases)) {
        if (entry.is_directory()) names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    return names;
}

class ConfigErrors : public testing::TestWithParam<std::string> {
protected:
    void SetUp() override { fs::current_path(kCases / GetParam()); }  // messages name the file as the user did
    void TearDown() override { fs::current_path(SLUICE_SOURCE_DIR); }
};

TEST_P(ConfigErrors, GivesTheExpectedMessage) {
    std::map<std::string, std::string> variables;
    for (const std::string& line : read_lines("environment.txt")) {
        variables[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
    }
    const auto environment = [&](const std::string& name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    const char* file = fs::exists("config.json") ? "config.json" : "config.yaml";
    const auto config =
        load_config({.path = file, .set = read_lines("set.txt"), .environment = environment}, test::real_schemas());
    ASSERT_FALSE(config) << "the config was accepted";
    EXPECT_EQ(exit_code(config.error()), 2);
    const std::string message = config.error().message + "\n";
    if (std::getenv("SLUICE_UPDATE_GOLDEN") != nullptr)
        std::ofstream("expected_error.txt", std::ios::binary) << message;
    EXPECT_EQ(message, read_text("expected_error.txt"));
}

INSTANTIATE_TEST_SUITE_P(Golden, ConfigErrors, testing::ValuesIn(case_names()),
                         [](const auto& test_case) { return test_case.param; });

}  // namespace
}  // namespace sluice
