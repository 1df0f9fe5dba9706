// The parts of a SourceReport that are lists, as JSON and back: in the report, in the ledger and in old logs they have
// one shape (docs/reference/run-report.md). Reading takes what is there; what has another shape is left out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "monitoring/report.hpp"

namespace sluice {

[[nodiscard]] nlohmann::ordered_json drift_json(const DriftReport& drift);  // null where nothing drifted
[[nodiscard]] DriftReport drift_of(const nlohmann::ordered_json& json);
[[nodiscard]] nlohmann::ordered_json nulled_json(const std::vector<NulledReport>& nulled);
[[nodiscard]] std::vector<NulledReport> nulled_of(const nlohmann::ordered_json& json);
[[nodiscard]] nlohmann::ordered_json params_json(const std::vector<std::pair<std::string, std::string>>& params);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> params_of(const nlohmann::ordered_json& json);

// What stands at a key, or an empty value where it is missing or of another type.
[[nodiscard]] std::string text_at(const nlohmann::ordered_json& object, const char* key);
[[nodiscard]] std::uint64_t count_at(const nlohmann::ordered_json& object, const char* key);
[[nodiscard]] double number_at(const nlohmann::ordered_json& object, const char* key);
[[nodiscard]] bool flag_at(const nlohmann::ordered_json& object, const char* key);

}  // namespace sluice
