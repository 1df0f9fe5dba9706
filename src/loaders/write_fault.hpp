// Errors of writing, with what to do about them.
#pragma once

#include <filesystem>
#include <string_view>

#include "utils/error.hpp"

namespace sluice {

// As system_error(), and a second sentence with the cure: how much room is left, which folder lacks the permission.
[[nodiscard]] Error write_fault(std::string_view action, const std::filesystem::path& path, int error_number);

}  // namespace sluice
