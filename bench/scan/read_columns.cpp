// Reads some columns of a file into batches and says how long it took: what bench/read.py runs beside other tools.
//
//   read_columns FILE THREADS batches COLUMN...   numbers as doubles, texts as views, all rows
//   read_columns FILE THREADS count COLUMN        how many values of one column are not null
//   read_columns FILE THREADS simdjson COLUMN     the same by simdjson's own on-demand documents, which checks less
//
// Prints one JSON object: rows, a check sum that a peer can compute too, seconds.
#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "extractors/input_formats.hpp"
#include "rows/scan.hpp"

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

void add_column(const std::vector<Token>& tokens, Batch& batch, Totals& totals) {
    batch.numbers.clear();
    batch.texts.clear();
    for (const Token& token : tokens) {
        if (token.kind == Kind::number) {
            double value = 0;
            std::from_chars(token.data, token.data + token.size, value);
            batch.numbers.push_back(value);
        } else if (token.kind == Kind::text) {
            batch.texts.push_back(token.view().substr(1, token.size - 2));
        }
    }
    totals.values += batch.numbers.size() + batch.texts.size();
    for (const double value : batch.numbers) totals.numbers += value;
    for (const std::string_view text : batch.texts) totals.text += text.size();
}

Totals read_part(Scan& scan, bool count) {
    Totals totals;
    Batch batch;
    const auto reader = scan.reader();
    for (;;) {
        const auto block = reader->next();
        if (!block) stop(block.error().message);
        if (*block == nullptr) return totals;
        totals.rows += (*block)->rows();
        for (const auto& column : (*block)->slots) {
            if (!count) {
                add_column(column, batch, totals);
            } else {
                for (const Token& token : column) totals.values += token.is_null() ? 0 : 1;
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

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) stop("read_columns FILE THREADS batches|count|simdjson COLUMN...");
    const std::string path = argv[1];
    const int threads = std::max(1, std::atoi(argv[2]));
    const std::string mode = argv[3];
    const std::vector<std::string> columns(argv + 4, argv + argc);
    Totals totals;
    std::chrono::steady_clock::time_point start;
    if (mode == "simdjson") {
        std::ifstream file(path, std::ios::binary);
        std::string text((std::istreambuf_iterator<char>(file)), {});
        const std::size_t size = text.size();
        text.append(simdjson::SIMDJSON_PADDING, ' ');
        std::vector<std::size_t> cuts{0};
        for (int number = 1; number < threads; ++number)
            cuts.push_back(
                text.find('\n', size * static_cast<std::size_t>(number) / static_cast<std::size_t>(threads)) + 1);
        cuts.push_back(size);
        start = std::chrono::steady_clock::now();
        totals = on_threads(threads, [&](int number) {
            const std::size_t begin = cuts[static_cast<std::size_t>(number)];
            return parse_bare(std::string_view(text).substr(begin, cuts[static_cast<std::size_t>(number) + 1] - begin),
                              columns.front());
        });
    } else {
        start = std::chrono::steady_clock::now();
        const InputFormat* format = format_of_name(path);
        if (format == nullptr) stop("no format is known by that name");
        std::vector<InputFile> files;
        auto file = InputFile::open(path, path);
        if (!file) stop(file.error().message);
        files.push_back(std::move(*file));
        const auto source = format->open(std::move(files), {.name = "file", .types = {}}, {});
        if (!source) stop(source.error().message);
        ScanRequest request;
        request.slots = columns;
        const auto scan = (*source)->scan(request);
        totals = on_threads(threads, [&](int) { return read_part(*scan, mode == "count"); });
        const auto summary = scan->finish();
        if (!summary || summary->bad_rows > 0) stop("the file has bad rows");
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    fmt::print("{{\"rows\": {}, \"values\": {}, \"numbers\": {:.6f}, \"text\": {}, \"seconds\": {:.4f}}}\n",
               totals.rows, totals.values, totals.numbers, totals.text, seconds);
}
