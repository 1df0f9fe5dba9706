// Builds small plans over small inputs and runs them through RelationalRun, with a plan's rows laid out as text.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plan/logical.hpp"
#include "plan/relational/relational_run.hpp"

namespace sluice::test {

// What a run gave: `rows` in order, each as its tokens ("-" for a missing value) with spaces between; or `error`.
struct CaseResult {
    std::vector<std::string> columns;  // "name", with ":timestamp", ":duration" behind it where it has that meaning
    std::vector<std::string> rows;
    std::string error;
    std::string error_code;
    ErrorKind error_kind = ErrorKind::internal;
    std::vector<std::string> warnings;
    std::vector<StepCounts> counts;

    // All rows, one per line; the error when there is one.
    [[nodiscard]] std::string text() const;
};

class PlanCase {
public:
    // JSON lines; declared types by name.
    RelationId source(std::string name, const std::string& lines, DeclaredTypes types = {});
    // A step; its location is "config.yaml:<number of the relation>:1".
    RelationId step(std::string name, Node node);

    RelationId filter(RelationId input, std::string condition);
    RelationId select(RelationId input, const std::vector<std::pair<std::string, std::string>>& columns);
    RelationId sort(RelationId input, const std::vector<std::string>& keys);
    RelationId join(RelationId left, RelationId right, const std::vector<std::string>& keys,
                    JoinKind how = JoinKind::inner);
    RelationId count_by(RelationId input, std::vector<std::string> keys);
    // "avg(x)": a plain column where the argument is one, else an expression.
    RelationId group_by(RelationId input, std::vector<std::string> keys,
                        const std::vector<std::pair<std::string, std::string>>& aggregates);
    RelationId sql(std::string name, std::vector<RelationId> inputs, std::string text);

    // How it is run; the rows must not depend on any of it.
    struct Setup {
        int threads = 2;
        std::uint64_t block_size = 64;
        std::uint64_t memory_bytes = 0;
        bool all_columns = false;
        bool wanted_twice = false;  // so that the relation gets a table
        bool eager_aggregation = true;
        std::uint64_t rows_at_once = UINT64_MAX;
    };
    [[nodiscard]] CaseResult run(RelationId wanted, const Setup& setup) const;
    // With several setups, which must agree.
    [[nodiscard]] CaseResult run(RelationId wanted) const;

private:
    struct Input {
        std::string name;
        std::string lines;
        DeclaredTypes types;
    };
    [[nodiscard]] Location here() const;

    std::vector<Input> inputs_;
    LogicalPlan plan_;
};

}  // namespace sluice::test
