// Reads some columns of a file into batches and says how long it took: what bench/read.py runs beside other tools.
//
//   read_columns FILE THREADS batches COLUMN...   numbers as doubles, texts as views, all rows
//   read_columns FILE THREADS count COLUMN        how many values of one column are not null
//   read_columns FILE THREADS simdjson COLUMN     the same by simdjson's own on-demand documents, which checks less
//   read_columns FILE THREADS copy COLUMN         reads the file in blocks and copies each within memory, nothing else:
//                                                 how much more two threads can get out of this machine than one
//
// FILE may be a list, separated by commas: one source of several files. Prints one JSON object: rows, a check sum that
// a peer can compute too, seconds, and the peak of memory in bytes.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "extractors/input_formats.hpp"
#include "rows/decimal.hpp"
#include "rows/scan.hpp"
#include "rows/settled_scan.hpp"
#include "utils/heap.hpp"

namespace {

using namespace sluice;

struct Totals {
    std::uint64_t rows = 0;
    std::uint64_t values = 0;  // that are not null
    double numbers = 0;        // their sum
    std::uint64_t text = 0;    // bytes of texts, without quotes, as written
};

[[noreturn]] void stop(const std::string& message) {
    fmt::print(stderr, "read_columns: {}\n", message);
    std::exit(1);
}

// One thread's columns of the block at hand.
struct Batch {
    std::vector<double> numbers;
    std::vector<std::string_view> texts;
};

// Exact where mantissa and power of ten are (W. D. Clinger: How to Read Floating Point Numbers Accurately, 1990).
double nearest_double(std::string_view number) {
    static constexpr double kPowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                         1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    constexpr std::int64_t kExact = std::int64_t{1} << 53U;
    const std::optional<SmallDecimal> small = parse_small_decimal(number);
    if (small && small->scale >= 0 && small->scale <= 22 && small->mantissa <= kExact && small->mantissa >= -kExact)
        return static_cast<double>(small->mantissa) / kPowers[small->scale];
    double value = 0;
    std::from_chars(number.data(), number.data() + number.size(), value);
    return value;
}

void add_column(const std::vector<Token>& tokens, Batch& batch, Totals& totals) {
    // Room for all, so that no value asks whether there is room for it.
    if (batch.numbers.size() < tokens.size()) {
        batch.numbers.resize(tokens.size());
        batch.texts.resize(tokens.size());
    }
    double* number = batch.numbers.data();
    std::string_view* text = batch.texts.data();
    for (const Token& token : tokens) {
        if (token.kind == Kind::number) {
            *number = nearest_double(token.view());
            totals.numbers += *number++;
        } else if (token.kind == Kind::text) {
            *text = {token.data + 1, token.size - 2};
            totals.text += (text++)->size();
        }
    }
    totals.values += static_cast<std::uint64_t>((number - batch.numbers.data()) + (text - batch.texts.data()));
}

Result<Totals> read_part(Scan& scan, bool count) {
    Totals totals;
    Batch batch;
    const auto reader = scan.reader();
    for (;;) {
        TRY_ASSIGN(const Block* block, reader->next());
        if (block == nullptr) return totals;
        totals.rows += block->rows();
        for (const auto& column : block->slots) {
            if (!count) {
                add_column(column, batch, totals);
            } else {
                for (const Token& token : column) totals.values += token.is_null() ? 0U : 1U;
            }
        }
    }
}

// Half of the text for each of two threads, cut at a line's end.
Totals parse_bare(std::string_view text, const std::string& column) {
    Totals totals;
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document_stream documents;
    if (parser.iterate_many(text.data(), text.size(), std::size_t{1} << 20U).get(documents)) stop("simdjson refuses");
    for (auto document : documents) {
        ++totals.rows;
        simdjson::ondemand::value value;
        if (!document[column].get(value)) ++totals.values;
    }
    return totals;
}

using Clock = std::chrono::steady_clock;

struct Measured {
    Totals totals;
    Clock::time_point start;
};

template <typename Work>
Totals on_threads(int threads, const Work& work) {
    Totals all;
    std::mutex mutex;
    std::vector<std::thread> running;
    for (int number = 0; number < threads; ++number) {
        running.emplace_back([&, number] {
            const Totals part = work(number);
            const std::lock_guard lock(mutex);
            all.rows += part.rows;
            all.values += part.values;
            all.numbers += part.numbers;
            all.text += part.text;
        });
    }
    for (std::thread& thread : running) thread.join();
    return all;
}

Measured with_simdjson(const std::string& path, int threads, const std::string& column) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    const std::size_t size = text.size();
    text.append(simdjson::SIMDJSON_PADDING, ' ');
    std::vector<std::size_t> cuts{0};
    for (int number = 1; number < threads; ++number)
        cuts.push_back(text.find('\n', size * static_cast<std::size_t>(number) / static_cast<std::size_t>(threads)) +
                       1);
    cuts.push_back(size);
    const auto start = Clock::now();
    return {on_threads(threads,
                       [&](int number) {
                           const std::size_t begin = cuts[static_cast<std::size_t>(number)];
                           const std::size_t end = cuts[static_cast<std::size_t>(number) + 1];
                           return parse_bare(std::string_view(text).substr(begin, end - begin), column);
                       }),
            start};
}

// Blocks of the scan's own size, each from the page cache to one buffer and from there to another.
Measured with_copy(const std::string& path, int threads) {
    constexpr std::size_t kBlock = std::size_t{1} << 20U;
    auto file = InputFile::open(path, path);
    if (!file) stop(file.error().message);
    std::atomic<std::uint64_t> next{0};
    const auto start = Clock::now();
    return {on_threads(threads,
                       [&](int) {
                           std::string from(kBlock, '\0');
                           std::string to(kBlock, '\0');
                           for (;;) {
                               const std::uint64_t at = next.fetch_add(kBlock);
                               if (at >= file->size()) return Totals();
                               const auto count =
                                   static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, file->size() - at));
                               if (!file->read_at(at, from.data(), count)) stop("cannot read");
                               std::memcpy(to.data(), from.data(), count);
                           }
                       }),
            start};
}

std::vector<InputFile> files_of(std::string_view paths) {
    std::vector<InputFile> files;
    while (!paths.empty()) {
        const std::string path(paths.substr(0, paths.find(',')));
        paths.remove_prefix(std::min(paths.size(), path.size() + 1));
        auto file = InputFile::open(path, path);
        if (!file) stop(file.error().message);
        files.push_back(std::move(*file));
    }
    return files;
}

Result<Totals> scan_once(const ScannableSource& source, const ScanRequest& request, int threads, bool count) {
    const auto scan = source.scan(request);
    std::mutex mutex;
    std::optional<Error> failure;
    const Totals totals = on_threads(threads, [&](int) {
        const Result<Totals> part = read_part(*scan, count);
        if (part) return *part;
        const std::lock_guard lock(mutex);
        failure = part.error();
        return Totals();
    });
    if (failure) return *failure;
    TRY_ASSIGN(const ScanSummary summary, scan->finish());
    if (summary.bad_rows > 0) stop("the file has bad rows");
    return totals;
}

Measured with_sluice(const std::string& paths, int threads, bool count, const std::vector<std::string>& columns) {
    const auto start = Clock::now();
    const InputFormat* format = format_of_name(paths);
    if (format == nullptr) stop("no format is known by that name");
    const auto source = format->open(files_of(paths), {.name = "file", .types = {}}, {});
    if (!source) stop(source.error().message);
    ScanRequest request;
    request.slots = columns;
    const auto totals =
        scan_settled(request, [&](const ScanRequest& settled) { return scan_once(**source, settled, threads, count); });
    if (!totals) stop(totals.error().message);
    return {*totals, start};
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) stop("read_columns FILE THREADS batches|count|simdjson|copy COLUMN...");
    const std::string path = argv[1];
    const int threads = std::max(1, std::atoi(argv[2]));
    const std::string mode = argv[3];
    const std::vector<std::string> columns(argv + 4, argv + argc);
    const Measured done = mode == "simdjson" ? with_simdjson(path, threads, columns.front())
                          : mode == "copy"   ? with_copy(path, threads)
                                             : with_sluice(path, threads, mode == "count", columns);
    const double seconds = std::chrono::duration<double>(Clock::now() - done.start).count();
    fmt::print(
        "{{\"rows\": {}, \"values\": {}, \"numbers\": {:.6f}, \"text\": {}, \"seconds\": {:.4f}, \"memory\": {}}}\n",
        done.totals.rows, done.totals.values, done.totals.numbers, done.totals.text, seconds, peak_resident_bytes());
}
