// What load_config() makes of a good config, and how it finds and reads the file.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "unit/config/real_schemas.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead = "version: 1\npipeline: p\ndata_sources: [{name: logs, path: [a.jsonl, b.jsonl]}]\n";
constexpr const char* kOutputs = "outputs: [{from: logs, file: ./x.jsonl}]\ndestinations: [{type: local}]\n";

class LoadConfig : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "load_config_XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        before_ = fs::current_path();
        fs::current_path(folder_);
    }
    void TearDown() override {
        fs::current_path(before_);
        fs::remove_all(folder_);
    }
    static void write(const fs::path& path, const std::string& text) {
        if (path.has_parent_path()) fs::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
    static Result<Config> load(const std::string& text, std::vector<std::string> set = {}) {
        write("c.yaml", text);
        return load_config({.path = "c.yaml", .set = std::move(set), .environment = {}}, test::real_schemas());
    }
    static Error failure(std::optional<fs::path> path) {
        auto config = load_config({.path = std::move(path), .set = {}, .environment = {}}, test::real_schemas());
        return config ? Error{} : config.error();
    }

    fs::path folder_, before_;
};

TEST_F(LoadConfig, FindsTheDefaultFile) {
    EXPECT_EQ(failure(std::nullopt).code, "config_missing");
    write("config/config.json",
          R"({"version": 1, "pipeline": "p", "data_sources": [{"name": "logs", "path": "a"}],
              "outputs": [{"from": "logs", "format": "json"}], "destinations": [{"type": "local"}]})");
    const auto config = load_config({.path = {}, .set = {}, .environment = {}}, test::real_schemas());
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->path, "config/config.json");
    EXPECT_EQ(config->outputs[0].file.value, "logs.json");
    write("config/config.yaml", "");
    EXPECT_EQ(failure(std::nullopt).code, "config_ambiguous");
}

TEST_F(LoadConfig, SaysWhyAFileCannotBeRead) {
    EXPECT_EQ(failure("none.yaml").message, "none.yaml: there is no such config file");
    EXPECT_NE(failure(".").message.find("this is a directory"), std::string::npos);
    write("large.yaml", std::string((1U << 20U) + 1, '#'));
    EXPECT_EQ(failure("large.yaml").code, "config_too_large");
    write("closed.yaml", "");
    chmod("closed.yaml", 0);
    const Error error = failure("closed.yaml");
    EXPECT_EQ(exit_code(error), 2);
    if (geteuid() != 0) {  // root reads it, and finds it empty
        EXPECT_EQ(error.message, "closed.yaml: cannot read the config: Permission denied");
    }
}

TEST_F(LoadConfig, SectionsOutliveTheSchemas) {
    const auto config = load(std::string(kHead) + kOutputs);
    ASSERT_TRUE(config) << config.error().message;
    const Section& source = config->sources[0].section;
    EXPECT_EQ(source.texts("path").at(1).value, "b.jsonl");
    EXPECT_EQ(source.texts("path").at(1).location.text(), "c.yaml:3:45");
    EXPECT_FALSE(source.has("format"));
    EXPECT_EQ(config->destinations[0].section.text("path"), ".");  // the default
    EXPECT_FALSE(config->destinations[0].section.has("path"));
    EXPECT_EQ(config->outputs[0].file.value, "x.jsonl");
    EXPECT_EQ(config->outputs[0].format.value, "jsonl");
}

TEST_F(LoadConfig, RetryHasDefaultsAndADestinationMayDiffer) {
    const auto config =
        load(std::string(kHead) +
             "outputs: [{from: logs, format: json, to: far}]\nretry: {attempts: 7, deadline: 2m}\n"
             "destinations: [{type: local}, {type: s3, name: far, bucket: b, retry: {max_delay: 1s}}]\n");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->retry.attempts, 7);
    EXPECT_EQ(config->retry.max_delay, std::chrono::seconds(10));
    EXPECT_EQ(config->destinations[1].retry.attempts, 7);
    EXPECT_EQ(config->destinations[1].retry.max_delay, std::chrono::seconds(1));
    EXPECT_EQ(config->destinations[1].retry.deadline, std::chrono::seconds(120));
    EXPECT_EQ(config->outputs[0].destinations, std::vector<std::size_t>{1});
}

TEST_F(LoadConfig, SetChangesWhatTheFileSays) {
    const auto plain = load(std::string(kHead) + kOutputs);
    const auto config = load(std::string(kHead) + kOutputs, {"destinations[local].durability=none", "retry.attempts=3",
                                                             "data_sources[logs].path=[c.jsonl, 'd=e.jsonl']",
                                                             "outputs[logs].file=null", "outputs[logs].format=json"});
    ASSERT_TRUE(plain && config) << config.error().message;
    EXPECT_EQ(config->destinations[0].section.text("durability"), "none");
    EXPECT_EQ(config->retry.attempts, 3);
    const auto paths = config->sources[0].section.texts("path");
    ASSERT_EQ(paths.size(), 2);
    EXPECT_EQ(paths[1].value, "d=e.jsonl");
    EXPECT_EQ(paths[1].location.text(), "--set data_sources[logs].path=[c.jsonl, 'd=e.jsonl']");
    EXPECT_EQ(config->outputs[0].file.value, "logs.json");
    EXPECT_NE(config->hash, plain->hash);
    const auto same = load(std::string(kHead) + "retry: {attempts: 3}\n" + kOutputs);
    const auto by_option = load(std::string(kHead) + kOutputs, {"retry.attempts=3"});
    ASSERT_TRUE(same && by_option);
    EXPECT_EQ(same->hash, by_option->hash);
}

TEST_F(LoadConfig, SetStandsInForAVariableAndTakesExpressions) {
    const auto config =
        load(std::string(kHead) +
                 "transforms: [{name: t, from: logs, filter: x > 1}]\n"
                 "outputs: [{from: t, format: json}]\ndestinations: [{type: local, path: \"${NONE}\"}]\n",
             {"destinations[local].path=out", "transforms[t].filter=\"a b\" = 'x'"});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->destinations[0].section.text("path"), "out");
    EXPECT_EQ(config->transforms[0].section.text("filter"), "\"a b\" = 'x'");
    EXPECT_NE(load(std::string(kHead) + kOutputs, {"pipeline=\x1b[31m"}).error().message.find("no text"),
              std::string::npos);
}

TEST_F(LoadConfig, StepsMayStandInAnyOrder) {
    const auto config =
        load(std::string(kHead) +
             "transforms: [{name: b, from: a, count_by: x}, {name: a, from: logs, filter: x > 1}]\n" + kOutputs);
    EXPECT_TRUE(config) << config.error().message;
}

TEST_F(LoadConfig, ReadsHostileConfigsInReasonableTime) {
    std::string many = kHead + std::string("transforms:\n");
    for (int i = 0; many.size() < 900'000; ++i)
        many += "  - {name: s" + std::to_string(i) + ", from: s" + std::to_string(i + 1) + ", count_by: x}\n";
    EXPECT_FALSE(load(many + kOutputs));  // the last one reads from nothing
    std::string faults = "version: 1\n";
    for (int i = 0; faults.size() < 900'000; ++i) faults += "key_" + std::to_string(i) + ": x\n";
    const auto config = load(faults);
    ASSERT_FALSE(config);
    EXPECT_LT(config.error().message.size(), 100'000);
}

}  // namespace
}  // namespace sluice
