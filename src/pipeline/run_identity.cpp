#include "pipeline/run_identity.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "monitoring/wall_time.hpp"

namespace sluice {

std::string new_run_id(std::chrono::system_clock::time_point start) {
    std::random_device random;
    return fmt::format("{:%Y%m%dT%H%M%S}Z-{:06x}", fmt::gmtime(std::chrono::system_clock::to_time_t(start)),
                       random() & 0xffffffU);
}

bool is_run_id(std::string_view text) {
    // 9 stands for any digit, f for any hexadecimal digit.
    constexpr std::string_view kForm = "99999999T999999Z-ffffff";
    const auto fits = [](char form, char letter) {
        const bool digit = letter >= '0' && letter <= '9';
        if (form == '9') return digit;
        if (form == 'f') return digit || (letter >= 'a' && letter <= 'f');
        return letter == form;
    };
    return std::ranges::equal(kForm, text, fits);
}

std::optional<std::chrono::system_clock::time_point> run_start(std::string_view id) {
    if (!is_run_id(id)) return std::nullopt;
    const std::string digits(id.substr(0, 15));
    return parse_wall_time(fmt::format("{}-{}-{}T{}:{}:{}Z", digits.substr(0, 4), digits.substr(4, 2),
                                       digits.substr(6, 2), digits.substr(9, 2), digits.substr(11, 2),
                                       digits.substr(13, 2)));
}

}  // namespace sluice
