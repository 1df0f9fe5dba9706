// Reads what several kinds of step share from their sections.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "plan/logical.hpp"

namespace sluice {

// `from`, for a step that reads one source or step.
[[nodiscard]] Field from_field();
// The text field as a reference.
[[nodiscard]] LocatedText reference(const Section& section, std::string_view field);

struct LocatedNames {
    std::vector<std::string> names;
    std::vector<Location> locations;
};

// Names of columns. Adds a fault for a name that stands twice.
[[nodiscard]] LocatedNames column_names(const std::vector<LocatedText>& texts, std::string_view field,
                                        Diagnostics& diagnostics);

// Adds a fault when the expression does not parse.
void check_expression(const Expression& expression, const ConfigItem& step, Diagnostics& diagnostics);

}  // namespace sluice
