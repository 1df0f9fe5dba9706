// Reads YAML 1.2 or JSON into a Tree with libyaml's events. Refused: several documents, anchors, aliases, tags,
// duplicate keys, keys that are not text, nesting over 64 levels.
#pragma once

#include <optional>

#include "config/diagnostics.hpp"
#include "config/source_text.hpp"
#include "config/tree.hpp"

namespace sluice {

// Adds every fault. Nothing when the text is not YAML, or is empty: then it cannot be checked any further.
[[nodiscard]] std::optional<Tree> read_tree(const SourceText& source, Diagnostics& diagnostics);

}  // namespace sluice
