#include "pipeline/stage_meter.hpp"

#include <sys/resource.h>

#include "utils/heap.hpp"
#include "utils/retry_count.hpp"
#include "utils/waiting_time.hpp"

namespace sluice {

namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

double cpu_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

}  // namespace

StageMeter::StageMeter(const RunReport& report)
    : report_(report),
      cpu_seconds_(cpu_seconds()),
      retries_(retries_so_far()),
      waited_(waited_so_far()),
      sources_(report.sources.size()),
      outputs_(report.outputs.size()) {}

StageReport StageMeter::stage(std::string_view name) const {
    StageReport stage{.name = std::string(name),
                      .start = start_,
                      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(),
                      .cpu_seconds = cpu_seconds() - cpu_seconds_,
                      .retries = retries_so_far() - retries_,
                      .peak_memory_bytes = peak_resident_bytes(),
                      .waiting_seconds = std::chrono::duration<double>(waited_so_far() - waited_).count()};
    for (std::size_t index = sources_; index < report_.sources.size(); ++index) {
        stage.rows += report_.sources[index].rows_read;
        stage.bytes += report_.sources[index].bytes;
    }
    for (std::size_t index = outputs_; index < report_.outputs.size(); ++index) {
        stage.rows += report_.outputs[index].rows;
        stage.bytes += report_.outputs[index].bytes;
    }
    return stage;
}

}  // namespace sluice
