// A step's rows on their way, checked as they go by.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "quality/expectations/value_tally.hpp"
#include "rows/row_stream.hpp"

namespace sluice {

// What one expectation found in the rows of a step.
struct RowFinding {
    ValueTally tally;
    bool is_missing = false;           // there are rows, and they have no such column
    std::vector<std::string> columns;  // that there are; of a finding that is missing
};

struct RowWatch {
    const Expectation* expectation = nullptr;  // of values
    RowFinding* finding = nullptr;
};

// `rows` with a look at each of them; what the watches point to outlives it. Fails as ValueCheck::of() does.
[[nodiscard]] Result<std::unique_ptr<RowStream>> watched_rows(std::unique_ptr<RowStream> rows,
                                                              const std::vector<RowWatch>& watches);

}  // namespace sluice
