// The files of an output with `partition_by`, whose number and names only its rows say.
#pragma once

#include <string>
#include <string_view>

#include "plan/logical.hpp"

namespace sluice {

// What stands for all files of an output: "reports/day=*/daily.json"; the file itself of one that is not partitioned.
[[nodiscard]] std::string file_pattern(const LogicalOutput& output);

// Whether `file` is, or in another run was, a file of this partitioned output.
[[nodiscard]] bool is_partition_file(const LogicalOutput& output, std::string_view file);

}  // namespace sluice
