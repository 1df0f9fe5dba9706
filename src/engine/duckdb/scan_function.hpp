// sluice_scan(id): a source's scan as a DuckDB table function. Columns: o (UBIGINT, the row's ordinal), then c0, c1,
// ... (VARCHAR), the tokens of the slots asked for. DuckDB's threads share the scan, one BlockReader each; rows come in
// any order. For this folder only.
#pragma once

#include <duckdb.h>

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

// One source about to be read by one query.
struct ScanBinding {
    const ScannableSource* source = nullptr;
    ScanRequest request;
    int threads = 1;

    std::unique_ptr<Scan> scan;  // made when the query starts
    std::mutex mutex;
    std::optional<Error> error;  // the first one of any thread
};

// The bindings that sluice_scan's argument counts. Filled before a query, from one thread.
using ScanBindings = std::vector<std::unique_ptr<ScanBinding>>;

// `bindings` outlives the database.
[[nodiscard]] Result<> register_scan_function(duckdb_connection connection, ScanBindings& bindings);

}  // namespace sluice
