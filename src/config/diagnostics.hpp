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

// A secret in the text of a config: from `start` up to before `end`, in one file.
struct SecretPlace {
    Location start;
    Location end;
    bool literal = true;  // false: only a reference stands there, which may be shown
};

class Diagnostics {
public:
    void add(Location location, std::string message, std::string suggestion = {}, std::string hint = {});
    // What does not hinder a run; a warning is shown as a fault is.
    void warn(Location location, std::string message, std::string hint = {});
    // The text there is masked in every line that is shown.
    void hide(SecretPlace place) { hidden_.push_back(std::move(place)); }
    // A text that is masked wherever a message has it.
    void hide(std::string text) {
        if (!text.empty()) hidden_texts_.push_back(std::move(text));
    }
    [[nodiscard]] const std::vector<SecretPlace>& secrets() const noexcept { return hidden_; }
    [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
    [[nodiscard]] const std::vector<Diagnostic>& list() const noexcept { return list_; }

    // The text of the file that `location.file` names, so that messages can show the line.
    void remember_text(std::string file, std::string text);
    [[nodiscard]] std::vector<std::string> warnings() const;
    // One config error (code "config") with all faults in order of their places, each with line and caret.
    [[nodiscard]] Error to_error() const;

private:
    [[nodiscard]] std::vector<const Diagnostic*> in_order(const std::vector<Diagnostic>& list) const;
    class Printer;

    std::vector<Diagnostic> list_;
    std::vector<Diagnostic> warnings_;
    std::vector<SecretPlace> hidden_;
    std::vector<std::string> hidden_texts_;
    std::vector<std::pair<std::string, std::string>> texts_;
};

// The allowed name nearest to `name`, or "" when none is near (edit distance at most a third of its length, at least
// 1).
[[nodiscard]] std::string_view nearest_name(std::string_view name, const std::vector<std::string_view>& allowed);

}  // namespace sluice
