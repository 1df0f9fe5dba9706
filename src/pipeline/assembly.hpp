// Turns a config into the parts of a run: extractors, the logical plan, destinations. Nothing is opened yet.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "loaders/destination.hpp"
#include "monitoring/report.hpp"
#include "pipeline/expectation_plan.hpp"
#include "plan/logical.hpp"

namespace sluice {

// Which part of the config a run is about.
struct Selection {
    std::vector<std::string> only;            // outputs by `file` or `from`; empty: all
    std::optional<std::filesystem::path> to;  // one local folder instead of the config's destinations
};

struct AssembledDestination {
    std::unique_ptr<Destination> destination;
    bool required = true;
};

struct Assembly {
    LogicalPlan plan;                                    // what the selected outputs need, and no more
    std::vector<std::unique_ptr<Extractor>> extractors;  // by LogicalPlan::sources
    std::vector<AssembledDestination> destinations;      // that are on; LogicalOutput::destinations are indices here
    std::vector<AssembledExpectation> expectations;      // of the sources and steps that are read
    std::vector<DestinationReport>
        destination_reports;  // those that are on, in the same order, then those that are off
};

// Fails with every fault that the components find in their sections, in one config error.
[[nodiscard]] Result<Assembly> assemble(const Config& config, const Selection& selection);

// What is needed for the rows of one source, step or output (by `file`, `from` or `name`): a plan with one output,
// which goes nowhere. A name that is none fails (kind config) with the nearest one.
[[nodiscard]] Result<Assembly> assemble_one(const Config& config, const std::string& name);

}  // namespace sluice
