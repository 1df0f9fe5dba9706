// Words for what a relational step refuses or warns of: the place in the config, the step, the reason, and where there
// is one the data's file:line.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/logical.hpp"
#include "plan/relational/bound_relation.hpp"
#include "plan/relational/value_types.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

using NearestName = std::function<std::string_view(std::string_view, const std::vector<std::string_view>&)>;

class Refusals {
public:
    // `sources` by LogicalPlan::sources, null where not needed; they outlive this.
    Refusals(std::vector<const ScannableSource*> sources, NearestName nearest_name)
        : sources_(std::move(sources)), nearest_name_(std::move(nearest_name)) {}

    // "config/config.yaml:12:5: step 'errors': <reason>", kind data.
    [[nodiscard]] static Error refuse(const Location& location, const Relation& relation, std::string code,
                                      std::string_view reason);
    // What a query of this step ran into, with the step's place in front; only data errors need one.
    [[nodiscard]] static Error placed(Error error, const Location& location, const Relation& relation);

    // "there is no column 'colum'; did you mean 'column'?"
    [[nodiscard]] std::string no_column(std::string_view name, const BoundRelation& input) const;
    [[nodiscard]] std::string no_relation(std::string_view name, const std::vector<std::string_view>& known) const;

    // Why a column of more than one kind of value cannot be computed on: with the first place of each kind.
    [[nodiscard]] std::string mixed(const BoundColumn& column) const;
    // Why nothing can be computed from a column; `fault` is one.
    [[nodiscard]] std::string no_type(const BoundColumn& column, TypeFault fault) const;
    // Why a column cannot be summed up: its first value that is no number.
    [[nodiscard]] std::string not_numbers(const BoundColumn& column) const;
    [[nodiscard]] std::string not_times(const BoundColumn& column) const;
    [[nodiscard]] std::string huge_exponent(const BoundColumn& column) const;
    [[nodiscard]] std::string too_exact(const BoundColumn& column) const;
    [[nodiscard]] std::string text_joins_numbers(const BoundColumn& left, const BoundColumn& right) const;

    // "api_logs.jsonl:7".
    [[nodiscard]] std::string place(const DataPlace& place) const;

private:
    [[nodiscard]] std::string first_of(const BoundColumn& column, Kind kind) const;
    [[nodiscard]] std::string declare(const BoundColumn& column, std::string_view type) const;

    std::vector<const ScannableSource*> sources_;
    NearestName nearest_name_;
};

}  // namespace sluice
