// Checks a map of the tree against a table of fields, and makes the Section that components read.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/diagnostics.hpp"
#include "config/schema.hpp"
#include "config/section.hpp"
#include "config/tree.hpp"

namespace sluice {

// Adds a fault for each unknown key, missing field, wrong type and bad choice. `where` names the map: "filter", "output
// 'a'".
void validate(const Tree& map, const std::vector<Field>& fields, const std::string& where, Diagnostics& diagnostics);

// "did you mean 'x'?", or "" when no name is near.
[[nodiscard]] std::string suggestion(std::string_view name, const std::vector<std::string_view>& allowed,
                                     const Diagnostics& diagnostics);
// "allowed: a, b, c".
[[nodiscard]] std::string allowed_hint(const std::vector<std::string_view>& allowed);
// A text for a message: in quotes, cut when it is long.
[[nodiscard]] std::string in_quotes(std::string_view text);

class SectionReader {
public:
    // `map` is a node of `root`; `fields` must live as long as `root` does.
    [[nodiscard]] static Section make(std::shared_ptr<const Tree> root, const Tree& map,
                                      const std::vector<Field>& fields);
};

}  // namespace sluice
