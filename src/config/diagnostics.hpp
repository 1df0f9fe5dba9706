// Collects every fault of a config, so that all are shown in one go.
#pragma once

#include <string>
#include <vector>

#include "config/location.hpp"
#include "utils/result.hpp"

namespace sluice {

struct Diagnostic {
    Location location;
    std::string message;     // "unknown key 'colum' in filter"
    std::string suggestion;  // "did you mean 'column'?"; may be empty
    std::string hint;        // what is allowed, what to do: a line of its own; may be empty
};

class Diagnostics {
public:
    void add(Location location, std::string message, std::string suggestion = {}, std::string hint = {});
    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    [[nodiscard]] const std::vector<Diagnostic>& list() const noexcept { return list_; }

    // The text of the file that `location.file` names, so that messages can show the line.
    void remember_text(std::string file, std::string text);
    // One config error (code "config") with all faults in order of their places, each with line and caret.
    [[nodiscard]] Error to_error() const;

private:
    std::vector<Diagnostic> list_;
    std::vector<std::pair<std::string, std::string>> texts_;
};

// The allowed name nearest to `name`, or "" when none is near (edit distance at most a third of its length, at least
// 1).
[[nodiscard]] std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& allowed);

}  // namespace sluice
