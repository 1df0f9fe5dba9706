#include "config/scalar_types.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace sluice {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::array kTimeUnits{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000}, Unit{"h", 3'600'000},
                                Unit{"d", 86'400'000}};
constexpr std::array kByteUnits{Unit{"", 1},
                                Unit{"B", 1},
                                Unit{"kB", 1000},
                                Unit{"KB", 1000},
                                Unit{"MB", 1'000'000},
                                Unit{"GB", 1'000'000'000},
                                Unit{"TB", 1'000'000'000'000},
                                Unit{"KiB", 1ULL << 10U},
                                Unit{"MiB", 1ULL << 20U},
                                Unit{"GiB", 1ULL << 30U},
                                Unit{"TiB", 1ULL << 40U}};

// A whole number without sign, then one of the units, perhaps after a space; at most `most`.
template <std::size_t N>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, N>& units,
                                             std::uint64_t most) {
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.starts_with(' ')) text.remove_prefix(1);
    const auto unit = std::ranges::find(units, text, &Unit::name);
    if (unit == units.end() || number > most / unit->factor) return std::nullopt;
    return number * unit->factor;
}

}  // namespace

std::optional<std::int64_t> parse_integer(std::string_view text) {
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, number);
    if (fault != std::errc{} || stop != end) return std::nullopt;
    return number;
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    constexpr std::uint64_t kMost = 1000ULL * 3'600'000 * 24 * 365;  // a thousand years: no sum of a few overflows
    const auto count = parse_with_unit(text, kTimeUnits, kMost);
    if (!count) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count));
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    return parse_with_unit(text, kByteUnits, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace sluice
