// The answers, row by row, with nested loops: what the engine is compared with. Shares only the functions on single
// values (keys, sums, mean_gap of a span) with it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/native/native_engine.hpp"

namespace sluice::test {

struct NaiveTable {
    std::vector<std::string> columns;                      // in first-seen order
    std::vector<std::map<std::string, std::string>> rows;  // JSON values as written; a missing key is missing

    // Adds a row as one line of JSON with its keys in this order.
    void add(const std::vector<std::pair<std::string, std::string>>& row);
    std::string text;  // all rows as JSON lines
};

// Nothing when names clash.
[[nodiscard]] std::optional<NaiveTable> naive_join(const NaiveTable& left, const NaiveTable& right,
                                                   const std::string& key);
// As an output with kJsonLayout and times as they are.
[[nodiscard]] std::string naive_json(const NaiveTable& table);
// A line for each group: its values with blanks between.
[[nodiscard]] std::vector<std::string> naive_aggregate(const NaiveTable& table, const NativeAggregate& aggregate);

}  // namespace sluice::test
