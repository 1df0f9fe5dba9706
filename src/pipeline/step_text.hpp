// Says in a line what a step does, in the config's own words.
#pragma once

#include <string>

#include "plan/logical.hpp"

namespace sluice {

// "user_activities with api_logs on user_id"; "" for a source.
[[nodiscard]] std::string step_text(const LogicalPlan& plan, const Relation& relation);

}  // namespace sluice
