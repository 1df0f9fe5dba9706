// Turns an aggregate's groups into rows, in the order of the report, batch by batch or in pieces on several threads.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/native/key_domain.hpp"
#include "engine/native/keyed_aggregation.hpp"
#include "rows/row_stream.hpp"

namespace sluice {

struct GroupReport {
    OutputColumn key;
    std::vector<OutputColumn> measure_columns;
    std::vector<AggregateFunction> functions;
    std::vector<std::string> places;       // of the measures in the config
    std::vector<bool> spelled_as_integer;  // by code, or empty
    const KeyDomain* domain = nullptr;     // outlives the stream
    Groups groups;
    std::vector<Code> order;  // the groups to give, in this order
};

// The codes of the groups that exist, by key ascending, or by rows descending and then by key.
[[nodiscard]] std::vector<Code> report_order(const Groups& groups, std::span<const AggregateFunction> functions,
                                             KeyDomain& domain, bool most_frequent_first, int threads);

[[nodiscard]] std::unique_ptr<RowStream> make_group_stream(GroupReport report, int threads);

}  // namespace sluice
