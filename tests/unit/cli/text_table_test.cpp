#include "cli/text_table.hpp"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TextTable, AlignsColumnsAndLeavesOutEmptyOnes) {
    TextTable table({{"name"}, {"bad", Align::right}, {"rows", Align::right}, {"by"}});
    table.add({"a", "", "1,000", "native"});
    table.add({"größer", "", "7", ""});
    EXPECT_EQ(table.text(),
              "name     rows  by\n"
              "a       1,000  native\n"
              "größer      7\n");
}

TEST(TextTable, IsEmptyWithoutRows) { EXPECT_EQ(TextTable({{"name"}}).text(), ""); }

}  // namespace
}  // namespace sluice
