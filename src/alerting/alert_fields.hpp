// What every type of alert has in its section beside its own fields.
#pragma once

#include <chrono>
#include <vector>

#include "alerting/alert_book.hpp"
#include "alerting/findings.hpp"
#include "config/config.hpp"
#include "utils/retry.hpp"

namespace sluice {

struct AlertSettings {
    AlertRules rules;
    SlowRule slow;
    bool shows_values = false;             // `examples: shown`
    std::chrono::milliseconds timeout{0};  // how long a run waits for it at its end
    RetryPolicy retry;
};

// `own` first, then what all have.
[[nodiscard]] std::vector<Field> with_alert_fields(std::vector<Field> own);
// Of an item that fits its schema.
[[nodiscard]] AlertSettings read_alert_settings(const AlertItem& item);

[[nodiscard]] Field ca_file_field();

}  // namespace sluice
