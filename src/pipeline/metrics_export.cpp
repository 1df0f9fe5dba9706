#include "pipeline/metrics_export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "monitoring/metrics/metrics_file.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/state_names.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

using std::chrono::milliseconds;

// What the run and the thread that writes share; the last of the two frees it.
struct Export {
    std::mutex mutex;
    std::condition_variable ended;
    std::optional<Result<>> result;
};

Result<> replace_without_exceptions(const fs::path& file, const RunReport& report,
                                    std::optional<WallTime> last_success) {
    try {
        return replace_metrics_file(file, report, last_success);
    } catch (const std::exception& exception) {
        return internal_error(exception.what());
    }
}

milliseconds patience(const RunReport& report) {
    constexpr int kShare = 20;
    constexpr milliseconds kLeast{100};
    constexpr milliseconds kMost{2000};
    return std::clamp(std::chrono::duration_cast<milliseconds>((report.end - report.start) / kShare), kLeast, kMost);
}

Result<> export_within(milliseconds limit, const fs::path& file, const RunReport& report,
                       std::optional<WallTime> last_success) {
    const auto work = std::make_shared<Export>();
    try {
        std::thread([work, file, report, last_success] {
            auto result = replace_without_exceptions(file, report, last_success);
            const std::lock_guard lock(work->mutex);
            work->result = std::move(result);
            work->ended.notify_one();
        }).detach();
    } catch (const std::exception& exception) {
        return external_error("metrics_thread", exception.what());
    }
    std::unique_lock lock(work->mutex);
    if (work->ended.wait_for(lock, limit, [&] { return work->result.has_value(); })) return *work->result;
    return external_error("metrics_hang",
                          fmt::format("'{}' could not be written within {}: its file system hangs or "
                                      "is slow, and the run does not wait longer",
                                      file.string(), seconds_text(std::chrono::duration<double>(limit).count())));
}

std::string advice(const Error& error) {
    if (error.code == "file_missing")
        return "; make the folder (it is the one that node exporter's --collector.textfile.directory names), or name a "
               "file that ends in .prom";
    if (error.code == "permission_denied") return "; the user that runs Sluice must be allowed to write to that folder";
    return {};
}

}  // namespace

fs::path metrics_file(const RunOptions& options, const Config& config) {
    const std::string& named = config.metrics.textfile;
    if (named.empty() || options.dry_run || options.to || !options.only.empty()) return {};
    fs::path path = (options.base / named).lexically_normal();
    if (path.extension() == ".prom") return path;
    std::string name = "sluice_" + state_name(config.pipeline);
    if (!config.environment.empty()) name += '_' + state_name(config.environment);
    return path / (name + ".prom");
}

void export_metrics(const fs::path& file, std::optional<WallTime> last_success, RunReport& report) {
    if (file.empty()) return;
    const auto exported = export_within(patience(report), file, report, last_success);
    if (exported) return;
    report.warnings.push_back(fmt::format("the metrics of this run were not written: {}{}", exported.error().message,
                                          advice(exported.error())));
}

}  // namespace sluice
