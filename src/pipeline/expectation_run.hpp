// Looks at the expectations of one run.
//
// Order of calls: row_rules() before a source is opened; watch_sources() once they are open; when all are
// read, report_sources(); watch_rows() for each output whose rows are asked for; when all are written, look_at_rest(),
// and with the books report_rest(). From one thread; the sources' scans use several.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/computation.hpp"
#include "pipeline/expectation_plan.hpp"
#include "pipeline/read_source.hpp"
#include "pipeline/watched_rows.hpp"
#include "quality/expectations/checked_source.hpp"

namespace sluice {

// What was found, as far as reports say it.
struct CheckFinding {
    std::uint64_t rows = 0;
    std::uint64_t failing = 0;                        // of these; unique: beyond the first of each value
    std::uint64_t count = 0;                          // row_count, distinct_count
    std::optional<std::int64_t> latest_seconds = {};  // freshness
    std::optional<std::string> missing_column = {};   // with the nearest name: "'user'; did you mean 'user_id'?"
    std::vector<CheckExample> examples = {};
};

struct FoundCheck {
    const PlannedExpectation* planned = nullptr;
    CheckReport report;
};

class ExpectationRun {
public:
    // `plan` outlives it. `now` is when the run began.
    ExpectationRun(const ExpectationPlan& plan, WallTime now);

    // What its rows must meet: those that do not are bad. `types` are the source's. Fails as row_rule() does.
    [[nodiscard]] Result<RowRules> row_rules(std::size_t source, const DeclaredTypes& types) const;
    // Puts the checks of their rows around the sources that have some. Fails as row_rule() does.
    [[nodiscard]] Result<> watch_sources(std::vector<std::unique_ptr<ScannableSource>>& sources);
    // `rows` of an output of the plan, likewise.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> watch_rows(std::size_t output, std::unique_ptr<RowStream> rows);

    // Of what was seen while the sources were read.
    [[nodiscard]] Result<std::vector<FoundCheck>> report_sources(const std::vector<ReadSource>& sources);
    // Reads the rows that are made for expectations alone. `physical` is the plan's.
    [[nodiscard]] Result<> look_at_rest(const PhysicalPlan& physical, Computation& computation,
                                        const std::vector<ReadSource>& sources);
    // Of all others than report_sources() gave. `report` has the books.
    [[nodiscard]] std::vector<FoundCheck> report_rest(const RunReport& report);

private:
    [[nodiscard]] Result<> watch_source(std::size_t index, std::unique_ptr<ScannableSource>& source);
    [[nodiscard]] Result<CheckFinding> find_in_scan(std::size_t index, const ReadSource& read) const;
    [[nodiscard]] Result<CheckFinding> find_in_quarantine(const PlannedExpectation& planned,
                                                          const ReadSource& read) const;
    [[nodiscard]] CheckFinding find_in_rows(std::size_t index) const;
    [[nodiscard]] std::uint64_t rows_of(const PlannedExpectation& planned, const RunReport& report) const;
    [[nodiscard]] bool is_seen_while_read(const PlannedExpectation& planned) const;
    [[nodiscard]] const ReadSource& source_of(const PlannedExpectation& planned,
                                              const std::vector<ReadSource>& sources) const;

    const ExpectationPlan& plan_;
    WallTime now_;
    std::deque<SourceChecks> checks_;
    struct Watched {
        const SourceChecks* checks = nullptr;
        std::size_t check = 0;
    };
    std::vector<Watched> watched_;      // by expectation: of those that are seen in a scan
    std::vector<RowFinding> findings_;  // by expectation: of those of values that are seen in rows
    std::vector<CheckFinding> found_;   // by expectation: of those that have rows of their own
};

}  // namespace sluice
