// Lays the config of an environment over the base: maps are merged by key, the named lists (data_sources, transforms,
// outputs, destinations) by name; other values are replaced. null removes. Every node keeps the place that it was read
// from; a map that both have keeps the base's.
#pragma once

#include "config/tree.hpp"
#include "config/variables.hpp"

namespace sluice {

// Both are maps. `variables` are for names that hold some. A name that stands twice in the overlay stands twice in the
// result, where it is a fault.
void merge_overlay(Tree& base, const Tree& overlay, const Variables& variables);

}  // namespace sluice
