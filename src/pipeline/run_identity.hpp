// Names a run, so that its staging folder, manifest and log line can be told from every other run's.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

// "20261123T190500Z-3f9a1c": the start in UTC and 24 random bits; sorts by time.
[[nodiscard]] std::string new_run_id(std::chrono::system_clock::time_point start);
// Whether a text has that form.
[[nodiscard]] bool is_run_id(std::string_view text);
// When a run of that id began; nothing when it is no id.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> run_start(std::string_view id);

}  // namespace sluice
