// What the engine refuses to compute, said with the config's place and the data's file and line. Each function gives an
// error (kind data) or nothing.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/native/source_scan.hpp"
#include "utils/result.hpp"

namespace sluice {

struct SummarisedColumn {
    const SourceTable* table = nullptr;
    const ColumnSummary* summary = nullptr;
};

// `what` is the expression as the config has it: "avg(response_time)".
[[nodiscard]] Result<> refuse_non_numbers(std::string_view place, std::string_view what, SummarisedColumn column);
[[nodiscard]] Result<> refuse_huge_exponent(std::string_view place, std::string_view what, const SourceTable& table,
                                            std::size_t slot);
// A column that `types:` does not declare a timestamp and that has values.
[[nodiscard]] Result<> refuse_undeclared_times(std::string_view place, std::string_view what,
                                               const ScannableSource& source, const ColumnSummary& column);
// A number in the column `slot` cannot be a key.
[[nodiscard]] Result<> refuse_unkeyable(std::string_view place, const SourceTable& table, std::size_t slot);
// Join columns of which one is all text and the other all numbers.
[[nodiscard]] Result<> refuse_kinds_that_never_match(std::string_view place, SummarisedColumn left,
                                                     SummarisedColumn right);

[[nodiscard]] bool is_declared_time(const DeclaredTypes& types, std::string_view column);

// "config.yaml:31:15: user_activities has no column 'acton'; did you mean 'action'? <consequence>"
[[nodiscard]] std::string missing_column_warning(std::string_view place, std::string_view input,
                                                 std::string_view column, const std::vector<std::string>& names,
                                                 std::string_view consequence);

}  // namespace sluice
