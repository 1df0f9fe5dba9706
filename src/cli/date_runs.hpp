// `sluice run --param date=FROM..TO`: runs a pipeline for one day after the other, and says at the end which are done.
#pragma once

#include "cli/run_command.hpp"
#include "config/config.hpp"
#include "utils/stop.hpp"

namespace sluice {

// Days whose last run is done and published where this one would publish are left out, unless arguments.force. A day
// that fails does not stop the others; a signal does. Gives the exit code of the worst day; the worst are those that a
// signal stopped, then 1, 2, 3, 5, 4.
[[nodiscard]] int run_dates(const RunArguments& arguments, const ParamDates& dates, StopFlag& stop);

}  // namespace sluice
