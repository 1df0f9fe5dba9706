// The main job by the native engine alone: seven reports and the join, from two files to a folder.
//
//   bench_native ACTIVITIES LOGS OUT_FOLDER THREADS RUNS [reports]
//
// Prints each phase's milliseconds for each run, of the clock and of the processors. No fsync and no checksum: those
// are the destination's.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "engine/native/native_engine.hpp"
#include "formats/format_writer.hpp"
#include "formats/jsonl/jsonl_format.hpp"
#include "formats/scan/file_source.hpp"
#include "io/input_file.hpp"
#include "utils/heap.hpp"

namespace sluice {
namespace {

class FileSink final : public ByteSink {
public:
    explicit FileSink(const std::string& path) : file_(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0644)) {}
    FileSink(const FileSink&) = delete;
    FileSink& operator=(const FileSink&) = delete;
    ~FileSink() override { ::close(file_); }
    Result<> append(std::string_view bytes) override {
        size_ += bytes.size();
        return write_at(size_ - bytes.size(), bytes);
    }
    Result<> resize(std::uint64_t) override { return {}; }
    Result<> write_at(std::uint64_t offset, std::string_view bytes) override {
        while (!bytes.empty()) {
            const ssize_t done = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (done <= 0) return system_error("write", "bench output", errno);
            offset += static_cast<std::uint64_t>(done);
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
        return {};
    }

private:
    int file_;
    std::uint64_t size_ = 0;
};

template <typename Value>
Value must(Result<Value> result) {
    if (result) return *std::move(result);
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(exit_code(result.error()));
}

void must(const Result<>& result) {
    if (result) return;
    fmt::print(stderr, "{}\n", result.error().message);
    std::exit(exit_code(result.error()));
}

double cpu_milliseconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto milliseconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

// Says how long each phase took.
class Phases {
public:
    void end(const std::string& name) {
        const auto now = std::chrono::steady_clock::now();
        const double cpu = cpu_milliseconds();
        fmt::print("{} {:.0f}/{:.0f}  ", name, std::chrono::duration<double, std::milli>(now - start_).count(),
                   cpu - cpu_);
        start_ = now;
        cpu_ = cpu;
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    double cpu_ = cpu_milliseconds();
};

struct Arguments {
    std::string activities;
    std::string logs;
    std::string folder;
    int threads = 1;
    bool pairs = true;
};

std::unique_ptr<ScannableSource> open_source(const std::string& name, const std::string& path) {
    std::vector<InputFile> files;
    files.push_back(must(InputFile::open(path, name + ".jsonl")));
    return must(formats::FileSource::open(std::move(files), formats::jsonl::jsonl_format(),
                                          {.name = name, .types = {{"timestamp", {Type::timestamp, ""}}}}));
}

void run(const Arguments& arguments) {
    const auto start = std::chrono::steady_clock::now();
    const auto activities = open_source("user_activities", arguments.activities);
    const auto logs = open_source("api_logs", arguments.logs);
    NativeEngine engine({.threads = arguments.threads});
    NativeJoin on;
    on.step = "activity_requests";
    on.shape.keys = {{"user_id", "user_id"}};
    const auto left = engine.add_source(*activities, nullptr);
    const auto right = engine.add_source(*logs, nullptr);
    const auto join = engine.add_join(left, right, on);
    struct Report {
        std::string name;
        NativeEngine::AggregateId id;
    };
    std::vector<Report> reports;
    for (const std::string key : {"action", "page_url", "device_type", "status_code", "user_id"}) {
        NativeAggregate counts{key, "", key, {{"count", AggregateFunction::count_rows, "", ""}}, true};
        reports.push_back({key, engine.add_aggregate(join, counts)});
    }
    reports.push_back(
        {"response_time",
         engine.add_aggregate(join,
                              {"avg", "", "endpoint", {{"avg", AggregateFunction::avg, "response_time", ""}}, false})});
    reports.push_back(
        {"time_diff",
         engine.add_aggregate(
             join, {"gap", "", "user_id", {{"gap", AggregateFunction::mean_gap, "timestamp_x", ""}}, false})});
    NativeEngine::PairsId pairs = 0;
    if (arguments.pairs) pairs = engine.add_pairs(join, kJsonLayout, {TimestampStyle::epoch_ms, DurationStyle::text});

    Phases phases;
    must(engine.scan());
    phases.end("scan");
    for (const Report& report : reports) {
        const auto rows = must(engine.aggregate(report.id));
        phases.end(report.name);
        FileSink sink(arguments.folder + "/" + report.name + ".json");
        static_cast<void>(must(write_json_object(*rows, {}, sink)));
        phases.end("write");
    }
    if (arguments.pairs) {
        FileSink sink(arguments.folder + "/output_data.json");
        const auto written = must(engine.write_pairs(pairs, sink, nullptr));
        phases.end(fmt::format("pairs of {} rows", written.rows));
    }
    fmt::print("| total {:.0f} ms, peak {} MB\n",
               std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(),
               peak_resident_bytes() >> 20U);
}

}  // namespace
}  // namespace sluice

int main(int count, char** values) {
    if (count < 6) {
        fmt::print(stderr, "usage: bench_native ACTIVITIES LOGS OUT_FOLDER THREADS RUNS [reports]\n");
        return 2;
    }
    const sluice::Arguments arguments{values[1], values[2], values[3], std::atoi(values[4]), count < 7};
    for (int run = std::atoi(values[5]); run > 0; --run) sluice::run(arguments);
    return 0;
}
