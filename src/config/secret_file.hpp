// Reads the file of a ${file:...}: a secret that another system put there.
#pragma once

#include <string>

#include "utils/result.hpp"
#include "utils/secret.hpp"

namespace sluice {

// One newline at the end is left out. Fails (kind config) for a path that is not absolute, what is missing, unreadable,
// no regular file, empty, larger than 64 KiB or holds a NUL, and for a file that everyone may write to.
[[nodiscard]] Result<Secret> read_secret_file(const std::string& path);

}  // namespace sluice
