// The options of a run that commands have which tell or try what it would do. Parsing fills the target, which must
// outlive `command`.
#pragma once

#include <CLI/App.hpp>

#include "pipeline/run.hpp"

namespace sluice {

// --only and --to.
void add_output_options(CLI::App& command, RunOptions& options);
// --threads, --memory and --without: what the plan is chosen by.
void add_planning_options(CLI::App& command, RunOptions& options);
// --block-size and --temp-dir.
void add_reading_options(CLI::App& command, RunOptions& options);
// --format text|json.
void add_format_option(CLI::App& command, bool& json);

}  // namespace sluice
