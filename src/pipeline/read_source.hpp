// A source that a run has read to its end, with all that is known of it then.
#pragma once

#include "extractors/extractor.hpp"
#include "pipeline/bad_row_spool.hpp"
#include "rows/scan.hpp"

namespace sluice {

// Points to what the run owns; nothing is null.
struct ReadSource {
    const Extractor* extractor = nullptr;  // what the config says of it
    const ScannableSource* source = nullptr;
    BadRowSpool* bad_rows = nullptr;
    const ScanSummary* summary = nullptr;
};

}  // namespace sluice
