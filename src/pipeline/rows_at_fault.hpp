// Expectations that are told by rows that are made for them: keys that more than one row has, values that are no key of
// another source, what a statement gives.
#pragma once

#include "pipeline/expectation_run.hpp"

namespace sluice {

// `source`: what the expectation is about, where that is one: then the rows at fault are looked for there once more, so
// that examples have their places. Fails as the stream does.
[[nodiscard]] Result<CheckFinding> find_rows_at_fault(const PlannedExpectation& planned, RowStream& rows,
                                                      const ReadSource* source);
[[nodiscard]] Result<> read_to_end(RowStream& rows);

}  // namespace sluice
