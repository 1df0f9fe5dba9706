// The folders of a partitioned output, as Hive and Spark name and read them: day=2024-01-01/kind=view. A null is
// __HIVE_DEFAULT_PARTITION__; characters that they do not take in a name are % and two hex digits.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

inline constexpr std::string_view kNullPartition = "__HIVE_DEFAULT_PARTITION__";

// Appends `text` with what Spark escapes: control characters and " # % ' * / : = ? \ { [ ] ^.
void append_partition_text(std::string_view text, std::string& out);

// `file` in the folder `partition`: "reports/a.json" in "day=1" is "reports/day=1/a.json".
[[nodiscard]] std::string file_in_partition(std::string_view file, std::string_view partition);

}  // namespace sluice
