#include "pipeline/run_identity.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <random>

namespace sluice {

std::string new_run_id(std::chrono::system_clock::time_point start) {
    std::random_device random;
    return fmt::format("{:%Y%m%dT%H%M%S}Z-{:06x}", fmt::gmtime(std::chrono::system_clock::to_time_t(start)),
                       random() & 0xffffffU);
}

}  // namespace sluice
