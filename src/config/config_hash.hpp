// The fingerprint of an effective config: equal when two configs say the same, whatever their layout, order of keys,
// comments, quotes or file format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/tree.hpp"
#include "utils/result.hpp"

namespace sluice {

// The one key whose null is a value; that of any other key says as much as the key's absence.
inline constexpr std::string_view kNullMeansSomething = "on_type_error";

// SHA-256 in hex of the tree after variables and --set. Nulls count as absent. In the place of a secret counts how it
// is written (`${API_TOKEN}`), or nothing where it is written out: nobody can find it by trying.
[[nodiscard]] Result<std::string> config_hash(const Tree& root, const std::vector<SecretPlace>& secrets);

}  // namespace sluice
