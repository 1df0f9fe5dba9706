// What `sluice preview --stats` shows of a profile. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "formats/value_rendering.hpp"
#include "quality/column_profile.hpp"

namespace sluice {

struct RowsProfile {
    std::string name;
    std::uint64_t rows = 0;
    ValueStyle style;
    std::vector<ColumnProfile> columns;
};

[[nodiscard]] std::string stats_table(const RowsProfile& profile, std::size_t width);
// One JSON document with a newline at the end: docs/reference/preview.md.
[[nodiscard]] std::string stats_document(const RowsProfile& profile);
// A line of JSON for each column.
[[nodiscard]] std::string stats_lines(const RowsProfile& profile);

}  // namespace sluice
