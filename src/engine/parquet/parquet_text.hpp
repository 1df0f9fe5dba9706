// A Parquet file as text, to compare it with another one: a row a line, as JSON, and behind them the columns' types.
#pragma once

#include <filesystem>
#include <string>

#include "utils/result.hpp"

namespace sluice {

// All of the file in memory. Fails (kind data) for what is no Parquet file.
[[nodiscard]] Result<std::string> parquet_text(const std::filesystem::path& path);

}  // namespace sluice
