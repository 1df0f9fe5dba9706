// Runs one of the Python oracles beside this file and gives its random cases: one line each, fields parted by tabs and
// written in hexadecimal, so that any bytes can be in them. The seed is printed; SLUICE_SEED repeats a run.
#pragma once

#include <string>
#include <vector>

namespace sluice {

using OracleCase = std::vector<std::string>;

// Ends the test program when the oracle cannot run or gives no case.
[[nodiscard]] std::vector<OracleCase> oracle_cases(const std::string& script, int count);

}  // namespace sluice
