// How the expectations of a run are looked at: most while the rows go by that the run reads and writes anyway, the
// others by relations and outputs of their own behind those of the plan, which are written nowhere.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "plan/logical.hpp"
#include "quality/expectations/expectation.hpp"

namespace sluice {

// An expectation whose names are known.
struct AssembledExpectation {
    Expectation expectation;
    Severity severity = Severity::fail;
    RelationId on = 0;
    std::vector<RelationId> others;  // referential: that of the keys; sql: those that it reads
};

enum class Look {
    scan,        // while the source is read
    quarantine,  // by the reader, which rejects the rows
    counts,      // by the rows of the books
    output,      // while the rows of an output are written
    rows,        // from rows that are made for it
    keys,        // from rows per key, likewise
};

struct PlannedExpectation : AssembledExpectation {
    Look look = Look::scan;
    std::optional<std::size_t> output = {};  // of ExpectationPlan::plan, whose rows are looked at
};

struct ExpectationPlan {
    LogicalPlan plan;               // the run's, and behind it what the expectations need
    std::size_t own_relations = 0;  // of the run
    std::size_t own_outputs = 0;
    std::vector<PlannedExpectation> expectations;  // in the order of the config

    [[nodiscard]] bool is_source(const PlannedExpectation& planned) const;
    // `source` in LogicalPlan::sources.
    [[nodiscard]] bool is_of_source(const PlannedExpectation& planned, std::size_t source) const;
    // Whether the step is none of the run.
    [[nodiscard]] bool adds(const std::string& step) const;
    // "source 'api_logs'".
    [[nodiscard]] std::string owner(const PlannedExpectation& planned) const;
};

[[nodiscard]] ExpectationPlan plan_expectations(LogicalPlan plan, std::vector<AssembledExpectation> expectations);

// Of those that say none: `expectations: {severity: ...}`.
[[nodiscard]] Severity default_severity(const Config& config);

}  // namespace sluice
