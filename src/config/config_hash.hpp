// The fingerprint of an effective config: equal when two configs say the same, whatever their layout, order of keys,
// comments, quotes or file format.
#pragma once

#include <string>

#include "config/tree.hpp"
#include "utils/result.hpp"

namespace sluice {

// SHA-256 in hex of the tree after variables and --set. Nulls count as absent.
[[nodiscard]] Result<std::string> config_hash(const Tree& root);

}  // namespace sluice
