#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <string>

#include "cli/run_command.hpp"

namespace sluice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

RunArguments parsed(const std::string& line) {
    CLI::App app;
    RunArguments arguments;
    add_run_options(app, arguments);
    app.parse("run " + line, false);
    return arguments;
}

std::string fault(const std::string& line) {
    try {
        (void)parsed(line);
    } catch (const CLI::ParseError& error) {
        return error.what();
    }
    return "";
}

TEST(RunArguments, WithoutOptionsEverythingIsLeftToTheDefaults) {
    const RunArguments arguments = parsed("");
    EXPECT_FALSE(arguments.options.config.path);
    EXPECT_EQ(arguments.options.base, ".");
    EXPECT_EQ(arguments.options.threads, 0);
    EXPECT_EQ(arguments.options.memory_bytes, 0U);
    EXPECT_FALSE(arguments.options.to);
    EXPECT_FALSE(arguments.progress);
    EXPECT_FALSE(arguments.json);
}

TEST(RunArguments, ReadsEveryOption) {
    const RunArguments arguments = parsed(
        "etl.yaml --chdir /data --threads 4 --block-size 64KiB --memory=2GiB --temp-dir /tmp/t --to out --dry-run "
        "--without eager_aggregation --set a.b=c --progress none --format json --quiet");
    EXPECT_EQ(arguments.options.config.path, "etl.yaml");
    EXPECT_EQ(arguments.options.base, "/data");
    EXPECT_EQ(arguments.options.threads, 4);
    EXPECT_EQ(arguments.options.block_size, 65536U);
    EXPECT_EQ(arguments.options.memory_bytes, 2ULL << 30U);
    EXPECT_EQ(arguments.options.temp_dir, "/tmp/t");
    EXPECT_EQ(arguments.options.to, "out");
    EXPECT_TRUE(arguments.options.dry_run);
    EXPECT_THAT(arguments.options.without, ElementsAre("eager_aggregation"));
    EXPECT_THAT(arguments.options.config.set, ElementsAre("a.b=c"));
    EXPECT_EQ(arguments.progress, ProgressStyle::none);
    EXPECT_TRUE(arguments.json);
    EXPECT_TRUE(arguments.quiet);
}

TEST(RunArguments, AListOptionTakesOneValueEachTime) {
    const RunArguments arguments = parsed("--only a --only b.json etl.yaml");
    EXPECT_THAT(arguments.options.only, ElementsAre("a", "b.json"));
    EXPECT_EQ(arguments.options.config.path, "etl.yaml");
}

TEST(RunArguments, OfTwoValuesTheLastOneCounts) { EXPECT_EQ(parsed("--threads 4 --threads 2").options.threads, 2); }

TEST(RunArguments, FaultsNameTheOptionTheValueAndTheCure) {
    EXPECT_THAT(fault("--threads none"), HasSubstr("--threads: 'none' is not a number of threads"));
    EXPECT_THAT(fault("--memory 2G"), HasSubstr("--memory: '2G' has no unit that is clear; did you mean '2GiB'?"));
    EXPECT_THAT(fault("--without eager_agregation"), HasSubstr("did you mean 'eager_aggregation'?"));
    EXPECT_THAT(fault("--progress bars"), HasSubstr("--progress: 'bars' is not one of auto, bar, plain, none"));
    EXPECT_THAT(fault("--set nothing"), HasSubstr("--set: 'nothing' is not path=value"));
    EXPECT_THAT(fault("--threads"), HasSubstr("--threads"));
}

}  // namespace
}  // namespace sluice
