// Reads `params` and --param: values that a run is given, used as ${param.NAME}.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.hpp"
#include "config/dates.hpp"
#include "config/diagnostics.hpp"
#include "config/tree.hpp"

namespace sluice {

[[nodiscard]] std::vector<Field> param_fields();

struct Param {
    std::string name;
    std::string type;                  // "text", "integer", "date"
    Location place;                    // of its declaration
    std::optional<std::string> value;  // nothing after a fault
    std::optional<Day> day;            // of a date
};

class Params {
public:
    // `declared` is the config's `params` with its variables replaced, or null. `values` are those of --param.
    // `date_ranges`: one of them may be FROM..TO; its first day is the value then.
    [[nodiscard]] static Params read(const Tree* declared, const std::vector<std::string>& values, bool date_ranges,
                                     std::chrono::system_clock::time_point now, Diagnostics& diagnostics);

    // For Variables::param.
    [[nodiscard]] std::optional<std::string> value(const std::string& name, const std::string& format,
                                                   const Location& place, Diagnostics& diagnostics) const;
    // Adds a fault for each param that does not stand in `root`, whose variables are not replaced yet.
    void check_used(const Tree& root, Diagnostics& diagnostics) const;

    [[nodiscard]] std::vector<ParamValue> values() const;
    [[nodiscard]] const std::optional<ParamDates>& dates() const noexcept { return dates_; }

private:
    std::vector<Param> params_;
    std::unordered_map<std::string, std::size_t> indices_;  // by name
    std::optional<ParamDates> dates_;
};

}  // namespace sluice
