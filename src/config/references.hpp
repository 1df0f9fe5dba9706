// Checks what sources, steps and outputs say of one another: names exist, and steps do not depend on themselves.
#pragma once

#include <string_view>
#include <vector>

#include "config/items.hpp"
#include "config/loading.hpp"

namespace sluice {

// The names of all sources and steps, in the order of the config.
[[nodiscard]] std::vector<std::string_view> relation_names(const std::vector<ReadItem>& sources,
                                                           const std::vector<ReadItem>& transforms);

// Adds a fault when nothing has the name.
void check_reference(const LocatedText& reference, const std::vector<std::string_view>& names, std::string_view what,
                     Diagnostics& diagnostics);

// References of steps: unknown names, and cycles at the reference that closes each.
void check_steps(const Loading& loading, const std::vector<ReadItem>& sources, const std::vector<ReadItem>& transforms);

}  // namespace sluice
