#include "formats/sink_buffer.hpp"

#include <gtest/gtest.h>

#include "row_table.hpp"

namespace sluice {
namespace {

TEST(SinkBuffer, GivesLargePiecesAndTheRestAtTheEnd) {
    MemorySink sink;
    SinkBuffer buffer(sink);
    std::string wanted;
    for (int number = 0; number < 300'000; ++number) {
        const std::string row = std::to_string(number) + '\n';
        buffer.text() += row;
        wanted += row;
        ASSERT_TRUE(buffer.flush_if_full());
    }
    const std::size_t pieces = sink.pieces.size();
    EXPECT_LT(pieces, 100U);
    EXPECT_LT(sink.text.size(), wanted.size());
    ASSERT_TRUE(buffer.flush());
    EXPECT_TRUE(sink.text == wanted);
    ASSERT_TRUE(buffer.flush());  // nothing is left
    EXPECT_TRUE(sink.text == wanted);
}

TEST(SinkBuffer, PassesOnWhatTheSinkSays) {
    MemorySink sink;
    sink.fill_up();
    SinkBuffer buffer(sink);
    buffer.text() += "x";
    EXPECT_EQ(buffer.flush().error().code, "disk_full");
}

}  // namespace
}  // namespace sluice
