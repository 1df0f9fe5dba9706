#include "pipeline/run_identity.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <random>

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

}  // namespace sluice
