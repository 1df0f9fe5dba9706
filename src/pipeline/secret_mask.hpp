// Takes secrets out of what others said: the stderr of a program, a bad row, the message of a library.
#pragma once

#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "utils/secret.hpp"

namespace sluice {

// Every occurrence of a secret in a text of the report becomes ***, also one that is escaped as in JSON, and pieces of
// one that was cut. Secrets of fewer than four bytes are left: they are in every text, and protect nothing.
void mask_secrets(const std::vector<Secret>& secrets, RunReport& report);
void mask_secrets(const std::vector<Secret>& secrets, std::string& text);

}  // namespace sluice
