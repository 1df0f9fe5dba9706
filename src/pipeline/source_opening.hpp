// Opens the sources of a run, one after the other: from then on its input is fixed.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "monitoring/progress.hpp"
#include "monitoring/run_listener.hpp"
#include "pipeline/assembly.hpp"
#include "pipeline/expectation_run.hpp"
#include "pipeline/publication.hpp"
#include "pipeline/run.hpp"

namespace sluice {

struct SourceOpening {
    const RunOptions& options;
    const Config& config;
    const Assembly& assembly;
    const ExpectationRun& expectations;
    Publication* publication;  // none of its outputs may replace what is read; null: nothing is published
    const std::filesystem::path& temp_dir;
    const StopFlag& stop;
    Progress& progress;
    RunListener& listener;
};

// By LogicalPlan::sources. Fails as the extractors do.
[[nodiscard]] Result<std::vector<std::unique_ptr<ScannableSource>>> open_sources(const SourceOpening& opening);

}  // namespace sluice
