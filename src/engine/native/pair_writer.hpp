// Writes an inner join as text: for every left row, in input order, its right rows in input order. Both sides'
// fragments are there already, so a joined row is two copies and two constants; and since all sizes are known, every
// thread knows where in the file its rows stand and writes them there.
#pragma once

#include "engine/native/aggregate_input.hpp"
#include "engine/native/fragments.hpp"
#include "formats/byte_sink.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

// `input` is a matched join, and the fragments are formatted with its true columns. `written` grows by what is given to
// the sink and may be null. Fails with the sink's error or a stop.
[[nodiscard]] Result<> write_joined_rows(const AggregateInput& input, const FragmentSet& left, const FragmentSet& right,
                                         ByteSink& sink, ScanProgress* written, int threads, const StopFlag* stop);

}  // namespace sluice
