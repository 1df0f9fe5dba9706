#include "monitoring/run_totals.hpp"

namespace sluice {

RunTotals totals_of(const RunReport& run) {
    RunTotals totals;
    for (const SourceReport& source : run.sources) {
        totals.rows_read += source.rows_read;
        totals.bad_rows += source.bad_rows;
        totals.bytes_read += source.bytes;
    }
    for (const OutputReport& output : run.outputs) {
        totals.rows_written += output.rows;
        totals.bytes_written += output.bytes;
    }
    return totals;
}

}  // namespace sluice
