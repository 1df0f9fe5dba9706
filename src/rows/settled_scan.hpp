// Scans a source, once more if the first scan must start over.
#pragma once

#include "rows/bad_row.hpp"
#include "rows/scan.hpp"

namespace sluice {

// Calls `scan`, which makes a scan of `request` and reads it with as many threads as it likes; when that fails with
// kStartOver, calls it a second time, after what progress and bad rows the first one left was taken back. `scan` itself
// drops what it kept.
template <typename Work>
[[nodiscard]] auto scan_settled(ScanRequest request, const Work& scan) {
    request.may_start_over = true;
    auto done = scan(request);
    if (done || done.error().code != kStartOver) return done;
    if (request.progress != nullptr) {
        request.progress->bytes = 0;
        request.progress->rows = 0;
    }
    if (request.bad_rows != nullptr) request.bad_rows->forget();
    return scan(request);
}

}  // namespace sluice
