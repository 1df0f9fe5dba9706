#include "cli/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <limits>

#include "config/diagnostics.hpp"
#include "config/secret_words.hpp"

namespace sluice {
namespace {

constexpr std::string_view kSizeForm = "a whole number of bytes, with or without a unit: 1000, 64KiB, 2GiB, 10MB";

struct Unit {
    std::string_view name;  // in lower case
    std::uint64_t bytes;
};

constexpr std::array<Unit, 10> kUnits{{{"", 1},
                                       {"b", 1},
                                       {"kib", 1ULL << 10U},
                                       {"mib", 1ULL << 20U},
                                       {"gib", 1ULL << 30U},
                                       {"tib", 1ULL << 40U},
                                       {"kb", 1'000},
                                       {"mb", 1'000'000},
                                       {"gb", 1'000'000'000},
                                       {"tb", 1'000'000'000'000}}};

Error usage_error(std::string message) { return config_error("usage", std::move(message)); }

std::string lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return lower;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault == std::errc::result_out_of_range) return usage_error(fmt::format("'{}' is too large", text));
    if (fault != std::errc()) return usage_error(fmt::format("'{}' is not a size; write {}", text, kSizeForm));

    const std::string unit = lower_case(text.substr(static_cast<std::size_t>(end - text.data())));
    const auto* const known = std::ranges::find(kUnits, unit, &Unit::name);
    if (known == kUnits.end()) {
        if (unit.size() == 1 && std::string_view("kmgt").find(unit) != std::string_view::npos) {
            return usage_error(fmt::format("'{}' has no unit that is clear; did you mean '{}iB'?", text, text));
        }
        return usage_error(fmt::format("'{}' is not a size; write {}", text, kSizeForm));
    }
    if (number == 0) return usage_error(fmt::format("'{}' must be greater than zero", text));
    if (number > std::numeric_limits<std::uint64_t>::max() / known->bytes) {
        return usage_error(fmt::format("'{}' is too large", text));
    }
    return number * known->bytes;
}

Result<int> parse_thread_count(std::string_view text) {
    constexpr int kMostThreads = 1024;
    int count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (fault != std::errc() || end != text.data() + text.size() || count < 1 || count > kMostThreads) {
        return usage_error(
            fmt::format("'{}' is not a number of threads; write a whole number from 1 to {}, or leave "
                        "the option out to use every core",
                        text, kMostThreads));
    }
    return count;
}

Result<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t count = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (fault != std::errc() || end != text.data() + text.size() || count == 0)
        return usage_error(fmt::format("'{}' is not a whole number of at least 1", text));
    return count;
}

Result<std::string> parse_choice(std::string_view text, const std::vector<std::string_view>& allowed) {
    if (std::ranges::find(allowed, text) != allowed.end()) return std::string(text);
    std::string message = fmt::format("'{}' is not one of {}", text, fmt::join(allowed, ", "));
    if (const std::string_view nearest = nearest_name(text, allowed); !nearest.empty()) {
        message += fmt::format("; did you mean '{}'?", nearest);
    }
    return usage_error(std::move(message));
}

Result<std::string> parse_assignment(std::string_view text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0) {
        return usage_error(fmt::format("'{}' is not path=value; write it like destinations[local].durability=none",
                                       masked_set_option(text)));
    }
    return std::string(text);
}

Result<std::string> parse_name(std::string_view text) {
    if (text.empty()) return usage_error("the name is empty");
    return std::string(text);
}

Result<std::filesystem::path> parse_path(std::string_view text) {
    if (text.empty()) return usage_error("the path is empty; name a file or a folder");
    return std::filesystem::path(text);
}

std::optional<std::string> environment_variable(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace sluice
