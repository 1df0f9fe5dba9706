// Runs a native engine over texts in memory and gives its answers as text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/native/native_engine.hpp"
#include "memory_sink.hpp"

namespace sluice::test {

inline NativeJoin join_on(const std::string& left_key, const std::string& right_key) {
    NativeJoin join;
    join.step = "joined";
    join.place = "config.yaml:10:5";
    join.shape.keys = {{left_key, right_key}};
    return join;
}

inline NativeAggregate count_by(const std::string& key) {
    return {
        "counts", "config.yaml:20:5", key, {{"count", AggregateFunction::count_rows, "", "config.yaml:20:5"}}, true};
}

inline NativeAggregate group_by(const std::string& key, std::vector<NativeMeasure> measures) {
    for (NativeMeasure& measure : measures) measure.place = "config.yaml:31:9";
    return {"report", "config.yaml:30:5", key, std::move(measures), false};
}

// A line for each row of a result: its tokens with blanks between.
inline std::vector<std::string> lines_of(RowStream& rows) {
    std::vector<std::string> lines;
    while (true) {
        const Result<const TokenBatch*> batch = rows.next();
        if (!batch) {
            ADD_FAILURE() << batch.error().message;
            return lines;
        }
        if (*batch == nullptr) return lines;
        for (std::size_t row = 0; row < (*batch)->rows; ++row) {
            std::string line;
            for (const std::vector<Token>& column : (*batch)->columns) {
                if (!line.empty()) line += ' ';
                line += column[row].view();
            }
            lines.push_back(line);
        }
    }
}

inline std::vector<std::string> report_of(NativeEngine& engine, NativeEngine::AggregateId id) {
    const auto rows = engine.aggregate(id);
    if (!rows) {
        ADD_FAILURE() << rows.error().message;
        return {};
    }
    return lines_of(**rows);
}

}  // namespace sluice::test
