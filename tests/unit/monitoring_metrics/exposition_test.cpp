#include "monitoring/metrics/exposition.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sluice {
namespace {

TEST(LabelValue, EscapesWhatWouldEndIt) {
    EXPECT_EQ(label_value("plain, with {braces} and = signs"), "plain, with {braces} and = signs");
    EXPECT_EQ(label_value("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    EXPECT_EQ(label_value("\\n"), "\\\\n") << "a backslash and an n are no line break";
    EXPECT_EQ(label_value(""), "");
}

TEST(LabelValue, IsUtf8WhateverCameIn) {
    EXPECT_EQ(label_value("h\xC3\xA4user"), "h\xC3\xA4user");
    EXPECT_EQ(label_value("a\xFF\xC3"), "a\xEF\xBF\xBD\xEF\xBF\xBD");
    EXPECT_EQ(label_value("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate is none";
}

TEST(LabelValue, IsCutBetweenCharacters) {
    EXPECT_EQ(label_value(std::string(200, 'x')), std::string(200, 'x'));
    EXPECT_EQ(label_value(std::string(201, 'x')), std::string(200, 'x') + "...");
    EXPECT_EQ(label_value(std::string(199, 'x') + "\xC3\xA4"), std::string(199, 'x') + "...");
}

TEST(Exposition, FamiliesAndSamples) {
    Exposition text(MetricLabels{{"pipeline", "p"}});
    text.family("a_seconds", "How long.");
    text.sample(0.25);
    text.sample(1e10, {{"stage", "x"}});
    text.family("b", "None of it is there.");
    text.family("c_bytes", "How much.");
    text.sample(12884901888, {{"stage", "x"}, {"way", "in"}});
    EXPECT_EQ(std::move(text).finish(),
              "# HELP a_seconds How long.\n"
              "# TYPE a_seconds gauge\n"
              "a_seconds{pipeline=\"p\"} 0.25\n"
              "a_seconds{pipeline=\"p\",stage=\"x\"} 10000000000\n"
              "# HELP c_bytes How much.\n"
              "# TYPE c_bytes gauge\n"
              "c_bytes{pipeline=\"p\",stage=\"x\",way=\"in\"} 12884901888\n"
              "# EOF\n");
}

TEST(Exposition, NoTwoSamplesOfOneFamilyHaveTheSameLabels) {
    Exposition text(MetricLabels{});
    for (const char* name : {"a", "b"}) {
        text.family(name, "Help.");
        text.sample(1, {{"source", "\xFF"}});
        text.sample(2, {{"source", "\xFE"}});
    }
    EXPECT_EQ(std::move(text).finish(),
              "# HELP a Help.\n# TYPE a gauge\na{source=\"\xEF\xBF\xBD\"} 1\n"
              "# HELP b Help.\n# TYPE b gauge\nb{source=\"\xEF\xBF\xBD\"} 1\n# EOF\n");
}

}  // namespace
}  // namespace sluice
