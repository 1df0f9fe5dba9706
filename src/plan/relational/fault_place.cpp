// Bisection over a source's ordinals: with `low` the query runs, with `high` it fails, so the first row at fault is the
// one whose ordinal is `high` when nothing lies between. A row of a join has ordinals of two sources: the second is
// looked for among the rows that have the first. Rows without an ordinal of a source (of an outer join, of a union's
// other inputs) come behind those that have one, so they are left to the other sources.
#include "plan/relational/fault_place.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdint>
#include <utility>

namespace sluice {

namespace {

// The query over the rows of `input` that meet `condition`. The LIMIT keeps DuckDB from evaluating the step's own
// conditions before this one.
std::string restricted(const StepQuery& query, const BoundRelation& input, const std::string& condition) {
    StepQuery part = query;
    const std::string rows =
        fmt::format("(SELECT * FROM {} WHERE {} LIMIT 4611686018427387904)", input.table, condition);
    for (std::size_t at = 0; (at = part.tail.find(input.table, at)) != std::string::npos;) {
        const std::size_t end = at + input.table.size();
        const bool whole = end == part.tail.size() || std::isdigit(static_cast<unsigned char>(part.tail[end])) == 0;
        if (whole) part.tail.replace(at, input.table.size(), rows);
        at += whole ? rows.size() : input.table.size();
    }
    return fmt::format("SELECT max(hash(q)) FROM ({}) q", part.select());
}

class Bisection {
public:
    Bisection(DuckdbEngine& engine, const StepQuery& query, const BoundRelation& input)
        : engine_(engine), query_(query), input_(input) {}

    // The ordinal in the order column `column` of the first row at fault, among the rows that earlier calls found.
    std::optional<std::pair<Ordinal, Error>> narrow(std::size_t column) {
        const auto range = engine_.rows(fmt::format("SELECT max(o{}) FROM {}", column, input_.table));
        column_ = column;
        if (!range || !(*range)[0][0] || fails(-1)) return std::nullopt;
        std::int64_t low = -1;
        std::int64_t high = std::stoll(*(*range)[0][0]);
        std::optional<Error> error = fails(high);
        if (!error) return std::nullopt;
        while (high - low > 1) {
            const std::int64_t middle = low + (high - low) / 2;
            if (auto found = fails(middle)) {
                high = middle;
                error = std::move(found);
            } else {
                low = middle;
            }
        }
        found_ += fmt::format("o{} = {} AND ", column, high);
        return std::pair(static_cast<Ordinal>(high), *error);
    }

private:
    // Only what a value may be at fault in; all else ends the search.
    std::optional<Error> fails(std::int64_t last) {
        const std::string condition = fmt::format("{}o{} <= {}", found_, column_, last);
        const auto made = engine_.run(restricted(query_, input_, condition));
        if (made || made.error().code != "evaluation") return std::nullopt;
        return made.error();
    }

    DuckdbEngine& engine_;
    const StepQuery& query_;
    const BoundRelation& input_;
    std::size_t column_ = 0;
    std::string found_;  // conditions, each with AND behind it
};

}  // namespace

std::optional<FaultPlace> first_fault(DuckdbEngine& engine, const StepQuery& query,
                                      const std::vector<const BoundRelation*>& inputs) {
    for (const BoundRelation* input : inputs) {
        Bisection bisection(engine, query, *input);
        std::optional<FaultPlace> fault;
        for (std::size_t column = 0; column < input->order.size(); ++column) {
            const std::optional<std::size_t> source = input->order[column].source;
            auto found = source ? bisection.narrow(column) : std::nullopt;
            if (!found) continue;
            if (!fault) fault = FaultPlace{{}, found->second};
            fault->places.push_back({*source, found->first});
            fault->error = std::move(found->second);
        }
        if (fault) return fault;
    }
    return std::nullopt;
}

}  // namespace sluice
