// Finds the columns that a report reads: refuses those that it cannot be computed from, and warns of those that are not
// there. Warnings are whole sentences with their place.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/native/aggregate_input.hpp"
#include "engine/native/keyed_aggregation.hpp"
#include "engine/native/native_engine.hpp"
#include "utils/result.hpp"

namespace sluice {

struct WantedAggregate {
    AggregateInput* input = nullptr;
    NativeAggregate spec;
};

// Before the sources are read, with what their first blocks show: a mean_gap over text.
[[nodiscard]] Result<> refuse_texts_early(const WantedAggregate& wanted);

// With a matched input.
void warn_of_missing_keys(const AggregateInput& join, std::vector<std::string>& warnings);
// Nothing when there is no such column.
[[nodiscard]] Result<std::optional<FoundColumn>> find_key(const WantedAggregate& wanted,
                                                          std::vector<std::string>& warnings);
[[nodiscard]] Result<MeasureColumn> find_measure(const WantedAggregate& wanted, const NativeMeasure& measure,
                                                 std::vector<std::string>& warnings);

}  // namespace sluice
