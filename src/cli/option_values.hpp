// Reads the values of options. Each function gives a Result whose error is what stands after "--option: ".
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

// "1000", "64KiB", "2GiB", "10MB" (powers of 1000), in any case of letters; greater than zero.
[[nodiscard]] Result<std::uint64_t> parse_size(std::string_view text);
// A whole number from 1 to 1024.
[[nodiscard]] Result<int> parse_thread_count(std::string_view text);
// A whole number of at least 1.
[[nodiscard]] Result<std::uint64_t> parse_count(std::string_view text);
// `text` itself when it is one of `allowed`; else an error that lists them and names the nearest.
[[nodiscard]] Result<std::string> parse_choice(std::string_view text, const std::vector<std::string_view>& allowed);
// "path=value" with a path.
[[nodiscard]] Result<std::string> parse_assignment(std::string_view text);
// Any name but the empty one.
[[nodiscard]] Result<std::string> parse_name(std::string_view text);
// Any path but the empty one, as it was typed.
[[nodiscard]] Result<std::filesystem::path> parse_path(std::string_view text);

// The variable's value in this process, for ConfigRequest::environment.
[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

}  // namespace sluice
