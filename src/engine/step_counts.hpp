// Row accounting of one step: what came in and where every row went.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice {

struct StepCounts {
    std::string step;
    std::vector<std::uint64_t> rows_in;  // per input; a join has two
    std::uint64_t rows_out = 0;
    std::uint64_t filtered = 0;        // rows in that give no row out: filtered, null group keys
    std::uint64_t deduplicated = 0;    // rows in that are equal to one that stayed
    std::uint64_t unmatched_left = 0;  // joins only
    std::uint64_t unmatched_right = 0;
    // Of joins: pairs beyond the first of each left row that has matches. Of unnest: elements beyond the first of a
    // list.
    std::uint64_t fan_out = 0;
    double seconds = 0;
};

}  // namespace sluice
