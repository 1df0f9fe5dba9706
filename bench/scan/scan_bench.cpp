// How fast one core reads JSON lines: the whole scan with all its checks, beside the parts of simdjson that it could
// stand on, over the same generated log lines in one run. Compare ratios, not absolute rates: machines and their load
// differ.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "formats/jsonl/jsonl_format.hpp"
#include "formats/jsonl/structural_index.hpp"
#include "formats/scan/file_source.hpp"

namespace sluice::formats::jsonl {
namespace {

constexpr std::size_t kBytes = std::size_t{64} << 20U;
constexpr std::size_t kBlock = std::size_t{1} << 20U;

// With ' for ", so that it can be read.
constexpr std::string_view kLine =
    "{{'user_id':'user_{}','timestamp':'2024-03-{:02}T{:02}:{:02}:{:02}.{:06}Z','method':'{}','endpoint':'{}',"
    "'status_code':{},'response_time':{}.{:03},'ip':'10.{}.{}.{}','agent':'Mozilla/5.0{} (X11; Linux x86_64)'}}\n";

// Requests as a web service logs them: eight columns, about 200 bytes a line. One line in `escape_every` has an escape.
std::string log_lines(unsigned escape_every) {
    std::mt19937 random(42);
    const auto pick = [&random](unsigned below) {
        return std::uniform_int_distribution<unsigned>(0, below - 1)(random);
    };
    constexpr std::string_view kMethods[] = {"GET", "POST", "PUT", "DELETE"};
    constexpr std::string_view kEndpoints[] = {"/api/v1/users", "/api/v1/orders/history", "/login", "/api/v2/search"};
    std::string text;
    for (std::size_t row = 0; text.size() < kBytes; ++row) {
        const bool escape = escape_every != 0 && row % escape_every == 0;
        text += fmt::format(kLine, pick(125'000), pick(28) + 1, pick(24), pick(60), pick(60), pick(1'000'000),
                            kMethods[pick(4)], kEndpoints[pick(4)], pick(2) == 0 ? 200 : 404, pick(900), pick(1000),
                            pick(256), pick(256), pick(256), escape ? "\\u00e9" : "");
    }
    std::ranges::replace(text, '\'', '"');
    return text;
}

const std::string& lines(unsigned escape_every) {
    static const std::string plain = log_lines(0);
    static const std::string escaped = log_lines(1);
    return escape_every == 0 ? plain : escaped;
}

const ScannableSource& source(unsigned escape_every, std::uint64_t block_size, DeclaredTypes types = {}) {
    static std::vector<std::unique_ptr<ScannableSource>> open;
    std::string path = "/tmp/sluice_bench_XXXXXX";
    FileDescriptor descriptor(::mkstemp(path.data()));
    ::unlink(path.c_str());
    std::string_view left = lines(escape_every);
    while (!left.empty()) {
        const ssize_t written = ::write(descriptor.get(), left.data(), left.size());
        if (written <= 0) std::abort();
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    std::vector<InputFile> files;
    files.push_back(*InputFile::adopt(std::move(descriptor), "log"));
    auto made = FileSource::open(std::move(files), jsonl_format(),
                                 {.name = "log", .types = std::move(types), .block_size = block_size});
    open.push_back(std::move(*made));
    return *open.back();
}

void set_rate(benchmark::State& state, std::size_t bytes) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void scan_all(benchmark::State& state, const ScannableSource& input, const ScanRequest& request) {
    for (auto run : state) {
        const auto scan = input.scan(request);
        const auto reader = scan->reader();
        std::size_t rows = 0;
        while (const Block* block = *reader->next()) rows += block->rows();
        if (scan->finish()->bad_rows != 0) state.SkipWithError("bad rows");
        benchmark::DoNotOptimize(rows);
    }
    set_rate(state, input.bytes());
}

const std::vector<std::string> kFour{"user_id", "status_code", "endpoint", "response_time"};

void scan_four_slots(benchmark::State& state) {
    const ScannableSource& input = source(0, static_cast<std::uint64_t>(state.range(0)) << 10U);
    ScanRequest request;
    request.slots = kFour;
    scan_all(state, input, request);
}
BENCHMARK(scan_four_slots)->Arg(256)->Arg(512)->Arg(1024)->Arg(2048)->Arg(4096)->Unit(benchmark::kMillisecond);

void scan_entries(benchmark::State& state) {
    ScanRequest request;
    request.entries = true;
    scan_all(state, source(0, kBlock), request);
}
BENCHMARK(scan_entries)->Unit(benchmark::kMillisecond);

void scan_four_slots_with_escapes(benchmark::State& state) {
    ScanRequest request;
    request.slots = kFour;
    scan_all(state, source(1, kBlock), request);
}
BENCHMARK(scan_four_slots_with_escapes)->Unit(benchmark::kMillisecond);

// As the main job reads: each line's timestamp is checked.
void scan_four_slots_with_timestamps(benchmark::State& state) {
    ScanRequest request;
    request.slots = kFour;
    scan_all(state, source(0, kBlock, {{"timestamp", {.type = Type::timestamp, .notation = {}}}}), request);
}
BENCHMARK(scan_four_slots_with_timestamps)->Unit(benchmark::kMillisecond);

// As an engine that needs exact types reads.
void scan_four_slots_surveyed(benchmark::State& state) {
    ScanRequest request;
    request.slots = kFour;
    request.surveyed = {"status_code", "response_time"};
    scan_all(state, source(0, kBlock), request);
}
BENCHMARK(scan_four_slots_surveyed)->Unit(benchmark::kMillisecond);

// simdjson's stage 1 alone, in blocks as the scan has them.
void simdjson_stage_1(benchmark::State& state) {
    const std::string& text = lines(0);
    StructuralIndex index;
    for (auto run : state) {
        for (std::size_t at = 0; at < text.size(); at += kBlock) {
            // A block may begin inside a text: the outcome does not matter, the work is the same.
            const auto outcome = index.build(text.data() + at, std::min(kBlock, text.size() - at));
            benchmark::DoNotOptimize(outcome);
        }
    }
    set_rate(state, text.size());
}
BENCHMARK(simdjson_stage_1)->Unit(benchmark::kMillisecond);

// The whole of simdjson's DOM, a document a line.
void simdjson_dom(benchmark::State& state) {
    const simdjson::padded_string text(lines(0));
    simdjson::dom::parser parser;
    for (auto run : state) {
        simdjson::dom::document_stream documents;
        if (parser.parse_many(text, kBlock).get(documents) != simdjson::SUCCESS) state.SkipWithError("parse");
        std::size_t size = 0;
        for (auto document : documents) {
            std::string_view user;
            if (document["user_id"].get(user) == simdjson::SUCCESS) size += user.size();
        }
        benchmark::DoNotOptimize(size);
    }
    set_rate(state, text.size());
}
BENCHMARK(simdjson_dom)->Unit(benchmark::kMillisecond);

// simdjson's on-demand with four values, which checks nothing that it skips.
void simdjson_on_demand(benchmark::State& state) {
    const simdjson::padded_string text(lines(0));
    simdjson::ondemand::parser parser;
    for (auto run : state) {
        simdjson::ondemand::document_stream documents;
        if (parser.iterate_many(text, kBlock).get(documents) != simdjson::SUCCESS) state.SkipWithError("parse");
        std::size_t size = 0;
        for (auto document : documents) {
            simdjson::ondemand::object object;
            if (document.get_object().get(object) != simdjson::SUCCESS) continue;
            for (auto field : object) {
                const std::string_view key = field.escaped_key();
                if (key == "user_id" || key == "status_code" || key == "endpoint" || key == "response_time") {
                    size += std::string_view(field.value().raw_json_token()).size();
                }
            }
        }
        benchmark::DoNotOptimize(size);
    }
    set_rate(state, text.size());
}
BENCHMARK(simdjson_on_demand)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sluice::formats::jsonl
