#include "quality/key_sketch.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace sluice {
namespace {

KeySketch sketch_of(int first, int end) {
    KeySketch sketch;
    for (int repeat = 0; repeat < 3; ++repeat)
        for (int key = first; key < end; ++key) sketch.add("key " + std::to_string(key));
    return sketch;
}

TEST(KeySketch, IsExactWhileItKeepsAllKeys) {
    EXPECT_EQ(KeySketch().distinct(), 0U);
    EXPECT_EQ(sketch_of(0, 1).distinct(), 1U);
    EXPECT_EQ(sketch_of(0, 4096).distinct(), 4096U);
}

// Four times the standard error: the hash is fixed, so this holds always or never.
TEST(KeySketch, EstimatesManyKeys) {
    for (const int keys : {10'000, 50'000, 300'000}) {
        const double estimate = static_cast<double>(sketch_of(0, keys).distinct());
        EXPECT_NEAR(estimate / keys, 1.0, 4 / std::sqrt(4096.0)) << keys;
    }
}

TEST(KeySketch, TellsHowMuchTwoSetsHaveInCommon) {
    EXPECT_EQ(KeySketch::overlap(sketch_of(0, 100), sketch_of(50, 1000)), 0.5);
    EXPECT_EQ(KeySketch::overlap(sketch_of(0, 100), sketch_of(100, 200)), 0.0);
    EXPECT_EQ(KeySketch::overlap(KeySketch(), sketch_of(0, 10)), 0.0);
    EXPECT_NEAR(KeySketch::overlap(sketch_of(0, 40'000), sketch_of(30'000, 200'000)), 0.25, 0.05);
    EXPECT_NEAR(KeySketch::overlap(sketch_of(0, 2'000), sketch_of(0, 200'000)), 1.0, 0.0);
}

}  // namespace
}  // namespace sluice
