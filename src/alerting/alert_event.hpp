// What a run can have to tell, and how much it matters.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice {

enum class AlertEvent { failure, recovery, quality, quarantine, slow, drift };
enum class AlertSeverity { info, warning, error };

inline constexpr std::array<std::string_view, 6> kAlertEvents{"failure",    "recovery", "quality",
                                                              "quarantine", "slow",     "drift"};
inline constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "error"};

[[nodiscard]] inline std::string_view event_name(AlertEvent event) {
    return kAlertEvents.at(static_cast<std::size_t>(event));
}
[[nodiscard]] inline std::string_view severity_name(AlertSeverity severity) {
    return kSeverities.at(static_cast<std::size_t>(severity));
}
// Nothing for a name that is none.
[[nodiscard]] inline std::optional<AlertEvent> event_named(std::string_view name) {
    for (std::size_t at = 0; at < kAlertEvents.size(); ++at)
        if (kAlertEvents.at(at) == name) return static_cast<AlertEvent>(at);
    return std::nullopt;
}
[[nodiscard]] inline std::optional<AlertSeverity> severity_named(std::string_view name) {
    for (std::size_t at = 0; at < kSeverities.size(); ++at)
        if (kSeverities.at(at) == name) return static_cast<AlertSeverity>(at);
    return std::nullopt;
}

// One thing that a run found. Two of one key are the same thing, found again.
struct Finding {
    AlertEvent event = AlertEvent::failure;
    AlertSeverity severity = AlertSeverity::error;
    std::string key;  // "failure:bad_rows", "quarantine:logs"
};

}  // namespace sluice
