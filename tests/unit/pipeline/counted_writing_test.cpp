#include "pipeline/counted_writing.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "../formats/row_table.hpp"

namespace sluice {
namespace {

TEST(CountedRows, CountsWhatWasWrittenAndHearsAStop) {
    RowTable rows({{.name = "n"}}, {"1", "2", "3", "4", "5", "6", "7"}, 7);
    ScanProgress progress;
    StopFlag stop;
    CountedRows counted(rows, progress, &stop);
    ASSERT_TRUE(counted.next());
    ASSERT_TRUE(counted.next());
    EXPECT_EQ(progress.rows, 3U);
    stop.set(SIGINT);
    const auto batch = counted.next();
    ASSERT_FALSE(batch);
    EXPECT_EQ(exit_code(batch.error()), 130);
}

}  // namespace
}  // namespace sluice
