// What `sluice diff` prints, as text and as JSON (docs/reference/diff.md has the fields). Pure functions.
#pragma once

#include <string>
#include <vector>

#include "quality/diff/place_diff.hpp"

namespace sluice {

[[nodiscard]] std::string diff_text(const std::vector<PlaceDiff>& places);
[[nodiscard]] std::string diff_document(const std::vector<PlaceDiff>& places);

}  // namespace sluice
