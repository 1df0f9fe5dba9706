#include "pipeline/partition_files.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

LogicalOutput by(std::string file, std::vector<std::string> columns) {
    LogicalOutput output;
    output.file = std::move(file);
    for (std::string& column : columns) output.partition_by.push_back({std::move(column), {}});
    return output;
}

TEST(PartitionFiles, PatternHasAFolderForEachColumn) {
    EXPECT_EQ(file_pattern(by("a/b/c.json", {"day", "k=/"})), "a/b/day=*/k%3D%2F=*/c.json");
    EXPECT_EQ(file_pattern(by("c.json", {"day"})), "day=*/c.json");
    EXPECT_EQ(file_pattern(by("a/c.json", {})), "a/c.json");
}

TEST(PartitionFiles, OnlyItsOwnFilesAreItsOwn) {
    const LogicalOutput output = by("a/c.json", {"day", "user"});
    EXPECT_TRUE(is_partition_file(output, "a/day=1/user=2/c.json"));
    EXPECT_TRUE(is_partition_file(output, "a/day=/user=__HIVE_DEFAULT_PARTITION__/c.json"));
    for (const char* other : {"a/c.json", "a/day=1/c.json", "a/user=2/day=1/c.json", "a/day=1/user=2/d.json",
                              "day=1/user=2/c.json", "a/day=1/user=2/x=3/c.json", "b/day=1/user=2/c.json", ""})
        EXPECT_FALSE(is_partition_file(output, other)) << other;
    EXPECT_FALSE(is_partition_file(by("a/c.json", {}), "a/c.json"));
}

}  // namespace
}  // namespace sluice
