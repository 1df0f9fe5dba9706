// What `sluice plan` shows to people: a tree. Pure functions.
#pragma once

#include <cstddef>
#include <string>

#include "pipeline/access_list.hpp"
#include "pipeline/plan_description.hpp"

namespace sluice {

// No line is wider than `width`.
[[nodiscard]] std::string plan_text(const PlanDescription& plan, std::size_t width);
[[nodiscard]] std::string access_text(const AccessList& access, std::size_t width);

}  // namespace sluice
