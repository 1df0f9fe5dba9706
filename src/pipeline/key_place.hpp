// Finds where a value that a report groups by first stands in the input: for messages, so it may read a source again.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plan/logical.hpp"
#include "rows/scan.hpp"
#include "rows/token.hpp"

namespace sluice {

// The first row, in input order, whose value in the source column behind `column` of `relation` is equal to `key` as a
// key. Nothing when the column was computed, or when the source cannot be read any more. `sources` by
// LogicalPlan::sources.
[[nodiscard]] std::optional<Place> first_place_of_key(const LogicalPlan& plan,
                                                      const std::vector<std::unique_ptr<ScannableSource>>& sources,
                                                      RelationId relation, const std::string& column, const Token& key);

}  // namespace sluice
