#include "alerting/alert_channel.hpp"

#include <algorithm>

namespace sluice {

std::chrono::milliseconds SendContext::left() const {
    const auto left = std::chrono::floor<std::chrono::milliseconds>(deadline - clock.now());
    return std::max(left, std::chrono::milliseconds(1));
}

}  // namespace sluice
