#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "unit/config/real_schemas.hpp"

namespace sluice {
namespace {

const std::filesystem::path kConfig = std::filesystem::path(SLUICE_SOURCE_DIR) / "config/config.yaml";

TEST(ShippedConfig, LoadsWithoutAnyVariable) {
    const auto config = load_config({.path = kConfig, .set = {}, .environment = {}}, test::real_schemas());
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->pipeline, "user_activity_reports");
    ASSERT_EQ(config->sources.size(), 2);
    EXPECT_EQ(config->sources[1].name, "api_logs");
    EXPECT_EQ(config->sources[1].type, "file");
    EXPECT_EQ(config->sources[1].section.texts("path").at(0).value, "api_logs.jsonl");
    ASSERT_EQ(config->transforms.size(), 8);
    EXPECT_EQ(config->transforms[0].type, "join");
    ASSERT_EQ(config->outputs.size(), 8);
    EXPECT_EQ(config->outputs[0].file.value, "output_data.json");
    EXPECT_EQ(config->outputs[0].format.value, "json");
    EXPECT_EQ(config->outputs[0].timestamps, "epoch_ms");
    EXPECT_EQ(config->outputs[7].file.value, "avg_time_diff_per_user.json");
    EXPECT_EQ(config->outputs[7].format.value, "json_object");
    EXPECT_EQ(config->outputs[7].destinations, (std::vector<std::size_t>{0, 1}));
    ASSERT_EQ(config->destinations.size(), 2);
    EXPECT_TRUE(config->destinations[0].on);
    EXPECT_FALSE(config->destinations[1].on);
    EXPECT_EQ(config->destinations[1].off_reason, "bucket is empty");
    EXPECT_EQ(config->hash.size(), 64);
}

TEST(ShippedConfig, SwitchesS3OnByVariable) {
    const auto environment = [](const std::string& name) {
        return name == "S3_BUCKET" ? std::optional<std::string>("reports") : std::nullopt;
    };
    const auto config = load_config({.path = kConfig, .set = {}, .environment = environment}, test::real_schemas());
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_TRUE(config->destinations[1].on);
    EXPECT_EQ(config->destinations[1].section.text("bucket"), "reports");
}

}  // namespace
}  // namespace sluice
