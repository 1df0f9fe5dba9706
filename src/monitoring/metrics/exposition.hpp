// Lays metrics out as text, in what Prometheus' text format 0.0.4 and OpenMetrics 1.0 have in common:
//
//   text   := family* "# EOF\n"
//   family := "# HELP " name " " help "\n" "# TYPE " name " gauge\n" sample*
//   sample := name "{" label "=\"" value "\"" ("," ...)* "} " number "\n"
//
// (https://prometheus.io/docs/instrumenting/exposition_formats/,
// https://prometheus.io/docs/specs/om/open_metrics_spec/) Every metric is a gauge: each run replaces what the one
// before said. Order of calls: family(), then its samples; then the next family. One thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice {

using MetricLabels = std::vector<std::pair<std::string_view, std::string_view>>;

// `value` between its quotes: backslash, quote and newline escaped, bytes that are no UTF-8 replaced by U+FFFD, and
// what goes beyond 200 bytes cut, with "..." in its place.
[[nodiscard]] std::string label_value(std::string_view value);

class Exposition {
public:
    // Every sample has the labels `common`, before its own.
    explicit Exposition(const MetricLabels& common);

    // A family without a sample leaves nothing. `help` is one sentence without a line break or a backslash.
    void family(std::string_view name, std::string_view help);
    // A finite number. A sample with the labels of an earlier one of its family is left out: readers refuse a text that
    // has two.
    void sample(double value, const MetricLabels& labels = {});
    // The whole text.
    [[nodiscard]] std::string finish() &&;

private:
    std::string common_;
    std::string text_;
    std::string name_;
    std::string head_;             // of a family that has no sample yet
    std::set<std::string> taken_;  // labels of the family's samples
};

}  // namespace sluice
