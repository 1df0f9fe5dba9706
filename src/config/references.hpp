// Checks what sources, steps and outputs say of one another: names exist, and steps do not depend on themselves.
#pragma once

#include <string_view>
#include <vector>

#include "config/items.hpp"
#include "config/loading.hpp"

namespace sluice {

// The names of all sources and steps.
[[nodiscard]] Names relation_names(const Loading& loading);

// Adds a fault when nothing has the name. `what`: "source or step".
void check_reference(const LocatedText& reference, const Names& names, std::string_view what, Diagnostics& diagnostics);

// References of steps: unknown names, and cycles at the reference that closes each.
void check_steps(const Loading& loading, const Names& names, const std::vector<ReadItem>& transforms);

}  // namespace sluice
