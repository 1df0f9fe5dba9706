// Measures a stage of a run: made when the stage begins, asked when it ends. From the run's own thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "monitoring/report.hpp"
#include "monitoring/wall_time.hpp"

namespace sluice {

class StageMeter {
public:
    // `report` outlives it: the sources and outputs that it gets meanwhile are those of the stage.
    explicit StageMeter(const RunReport& report);
    [[nodiscard]] StageReport stage(std::string_view name) const;

private:
    const RunReport& report_;
    WallTime start_ = wall_now();
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
    double cpu_seconds_;
    std::uint64_t retries_;
    std::chrono::nanoseconds waited_;
    std::size_t sources_;
    std::size_t outputs_;
};

}  // namespace sluice
