// The source types `file` and `command`: their config, and what opening them gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "config/config.hpp"
#include "extractors/command_extractor.hpp"
#include "extractors/file_extractor.hpp"

namespace sluice {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::size_t mentions(std::string_view text, std::string_view word) {
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++count;
    return count;
}

class Extractors : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "sluice_extractors_XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        context_ = {.base = folder_, .temp_dir = folder_ / "temp", .block_size = 64, .stop = &stop_};
        std::filesystem::create_directories(context_.temp_dir);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& content) const {
        std::ofstream(folder_ / name, std::ios::binary) << content;
    }

    // The extractor of one source with these keys, or null; then its faults are in faults_.
    std::unique_ptr<Extractor> make(const std::string& keys) {
        write("config.yaml", "version: 1\npipeline: p\ndata_sources:\n  - {name: s, " + keys +
                                 "}\noutputs:\n  - {from: s, file: out.json}\ndestinations:\n  - {type: local}\n");
        ConfigSchemas schemas;
        schemas.sources = {CommandExtractor::schema(), FileExtractor::schema()};
        schemas.destinations = {{.type = "local", .doc = "", .fields = {}}};
        schemas.formats = {{"json", "json"}};
        ConfigRequest request;
        request.path = folder_ / "config.yaml";
        request.environment = [](const std::string&) { return std::nullopt; };
        const auto from_config = [](const ConfigItem& item, Diagnostics& faults) {
            return item.type == "file" ? FileExtractor::from_config(item, faults)
                                       : CommandExtractor::from_config(item, faults);
        };
        schemas.check_source = [&](const ConfigItem& item, Diagnostics& faults) { (void)from_config(item, faults); };
        const auto config = load_config(request, schemas);
        faults_ = config ? "" : config.error().message;
        if (!config) return nullptr;
        Diagnostics none;
        auto extractor = from_config(config->sources.front(), none);
        EXPECT_TRUE(none.empty());
        return extractor;
    }

    // The rows that a source has, or its error.
    Result<std::uint64_t> count(const std::string& keys) {
        const auto extractor = make(keys);
        if (!extractor) return internal_error("config: " + faults_);
        TRY_ASSIGN(const std::unique_ptr<ScannableSource> source, extractor->open(context_));
        const auto scan = source->scan({});
        const auto reader = scan->reader();
        for (;;) {
            TRY_ASSIGN(const Block* block, reader->next());
            if (block == nullptr) break;
        }
        TRY_ASSIGN(const ScanSummary summary, scan->finish());
        return summary.rows;
    }

    std::filesystem::path folder_;
    StopFlag stop_;
    ExtractorContext context_;
    std::string faults_;  // of the last config
};

TEST_F(Extractors, FilesAreRead) {
    write("a.jsonl", "{\"a\":1}\n{\"a\":2}");
    write("b.ndjson", "{\"a\":1}\n");
    write("c.log", "{\"a\":1}\n");
    write("empty.jsonl", "");
    EXPECT_EQ(*count("path: a.jsonl"), 2U);
    EXPECT_EQ(*count("path: [a.jsonl, b.ndjson]"), 3U);
    EXPECT_EQ(*count("path: '?.*', format: jsonl"), 4U);
    EXPECT_EQ(*count("path: empty.jsonl"), 0U);
    EXPECT_EQ(*count("path: " + (folder_ / "a.jsonl").string()), 2U);
}

TEST_F(Extractors, AMissingFileIsNamedWithItsPlace) {
    const auto rows = count("path: missing.jsonl");
    ASSERT_FALSE(rows.has_value());
    EXPECT_EQ(rows.error().kind, ErrorKind::external);
    EXPECT_THAT(rows.error().message,
                AllOf(HasSubstr("missing.jsonl"), HasSubstr("config.yaml:4:"), HasSubstr(folder_)));
}

TEST_F(Extractors, AFormatThatCannotBeToldIsRefused) {
    EXPECT_EQ(make("path: data.txt"), nullptr);
    EXPECT_THAT(faults_, HasSubstr("format: jsonl"));
    EXPECT_NE(make("path: data.txt, format: jsonl"), nullptr);
    EXPECT_EQ(make("path: ''"), nullptr);
}

TEST_F(Extractors, TypesAreChecked) {
    EXPECT_NE(make("path: a.jsonl, types: {a: timestamp, b: {as: timestamp_ns, timezone: Asia/Jakarta}, c: integer}"),
              nullptr)
        << faults_;
    EXPECT_EQ(make("path: a.jsonl, types: {a: timestmp, b: {timezone: UTC}, c: {as: text, timezone: UTC}, d: [text],"
                   " e: {as: timestamp, timezone: Mars/Base}, f: {as: text, zone: UTC}}"),
              nullptr);
    EXPECT_EQ(mentions(faults_, "config.yaml:4:"), 6U) << faults_;
    EXPECT_THAT(faults_, AllOf(HasSubstr("did you mean 'timestamp'?"), HasSubstr("Mars/Base"), HasSubstr("'as'")));
    EXPECT_EQ(make("path: a.jsonl, types: timestamp"), nullptr);
}

TEST_F(Extractors, FormatsOfTimesAreChecked) {
    EXPECT_NE(
        make("path: a.jsonl, types: {a: {as: timestamp, format: epoch_ms}, b: {as: timestamp_ns, format: '%Y%m%d',"
             " timezone: Asia/Jakarta}}"),
        nullptr)
        << faults_;
    EXPECT_EQ(make("path: a.jsonl, types: {a: {as: timestamp, format: epoch_m}, b: {as: text, format: epoch_s}, c: {as:"
                   " timestamp, format: '%Y-%q'}, d: {as: timestamp, format: ''}, e: {as: timestamp, format: epoch_s,"
                   " timezone: Asia/Jakarta}, f: {as: timestamp, form: epoch_s}}"),
              nullptr);
    EXPECT_EQ(mentions(faults_, "config.yaml:4:"), 6U) << faults_;
    EXPECT_THAT(faults_, AllOf(HasSubstr("did you mean 'epoch_ms'?"), HasSubstr("'%q' at character 4"),
                               HasSubstr("so it has no format"), HasSubstr("so it has no timezone")));
}

TEST_F(Extractors, TypesReachTheRows) {
    write("a.jsonl", "{\"t\":\"2024-01-01 00:00:00\"}\n{\"t\":\"soon\"}\n");
    EXPECT_EQ(*count("path: a.jsonl"), 2U);
    EXPECT_EQ(*count("path: a.jsonl, types: {t: timestamp}"), 1U);
}

TEST_F(Extractors, ACommandsOutputIsRead) {
    EXPECT_EQ(*count(R"(type: command, command: 'echo "{}"; echo "{}"')"), 2U);
    EXPECT_EQ(*count("type: command, command: [printf, '{}\\n{}\\n{}\\n']"), 3U);
    EXPECT_EQ(*count("type: command, command: [cat, config.yaml]"), 0U) << "runs in the folder of the config's paths";
    EXPECT_EQ(*count("type: command, command: 'cat'"), 0U) << "its stdin is empty";
    EXPECT_EQ(*count("type: command, command: '(sleep 0.2; echo {}) & echo {}'"), 2U) << "waits for all that write";
    EXPECT_EQ(*count("type: command, command: 'yes {} | head -n 300000'"), 300'000U);
    EXPECT_TRUE(std::filesystem::is_empty(context_.temp_dir));
}

TEST_F(Extractors, ACommandThatFailsShowsItsErrors) {
    const auto failed = count("type: command, command: 'echo {}; echo first >&2; echo oh no >&2; exit 7'");
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().kind, ErrorKind::external);
    EXPECT_THAT(failed.error().message,
                AllOf(HasSubstr("exit code 7"), HasSubstr("oh no"), HasSubstr("config.yaml:4:")));

    const auto killed = count("type: command, command: 'kill -9 $$'");
    ASSERT_FALSE(killed.has_value());
    EXPECT_THAT(killed.error().message, HasSubstr("signal 9"));

    const auto missing = count("type: command, command: [no-such-program-here]");
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().kind, ErrorKind::external);
    EXPECT_THAT(missing.error().message, HasSubstr("no-such-program-here"));

    const auto noisy = count("type: command, command: 'yes line | head -n 100000 >&2; echo the end >&2; exit 1'");
    ASSERT_FALSE(noisy.has_value());
    EXPECT_THAT(noisy.error().message, HasSubstr("the end"));
    EXPECT_LT(noisy.error().message.size(), 5000U);
}

TEST_F(Extractors, AnEmptyCommandIsRefused) {
    EXPECT_EQ(make("type: command, command: []"), nullptr);
    EXPECT_EQ(make("type: command, command: ''"), nullptr);
}

TEST_F(Extractors, AStopKillsTheWholeGroup) {
    // Both the shell and its child ignore SIGTERM and would write a file later; the pipe tells when they are gone.
    const auto extractor =
        make("type: command, command: 'trap \"\" TERM; echo $$ > started; while :; do sleep 0.05; done'");
    ASSERT_NE(extractor, nullptr) << faults_;
    std::thread stopper([this] {
        std::string id;
        while (id.empty()) {
            std::ifstream(folder_ / "started") >> id;
            std::this_thread::yield();
        }
        stop_.set(15);
    });
    const auto source = extractor->open(context_);
    stopper.join();
    ASSERT_FALSE(source.has_value());
    EXPECT_EQ(source.error().kind, ErrorKind::interrupted);
    EXPECT_EQ(exit_code(source.error()), 143);
    std::string id;
    std::ifstream(folder_ / "started") >> id;
    EXPECT_FALSE(std::filesystem::exists("/proc/" + id)) << "the shell has been waited for";
}

}  // namespace
}  // namespace sluice
