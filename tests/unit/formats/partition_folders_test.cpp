#include "formats/partition_folders.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::string escaped(std::string_view text) {
    std::string out = "k=";
    append_partition_text(text, out);
    return out;
}

TEST(PartitionFolders, EscapesWhatSparkEscapes) {
    EXPECT_EQ(escaped("2024-01-01 a.b_c~!@&()+,;<>|\xC3\xA9"), "k=2024-01-01 a.b_c~!@&()+,;<>|\xC3\xA9");
    EXPECT_EQ(escaped("\"#%'*/:=?\\{[]^\x7F"), "k=%22%23%25%27%2A%2F%3A%3D%3F%5C%7B%5B%5D%5E%7F");
    EXPECT_EQ(escaped(std::string_view("\0\n\x1F", 3)), "k=%00%0A%1F");
}

TEST(PartitionFolders, StandBeforeTheNameOfTheFile) {
    EXPECT_EQ(file_in_partition("a.json", "day=1"), "day=1/a.json");
    EXPECT_EQ(file_in_partition("reports/x/a.json", "day=1/user=2"), "reports/x/day=1/user=2/a.json");
}

}  // namespace
}  // namespace sluice
