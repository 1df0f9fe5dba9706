// Whatever stands in a file, reading it gives one result: with one block or with many, one thread or two, all columns
// or few, types looked for beforehand or presumed. The input's first byte chooses the format, the second one the size
// of the small blocks; the rest is the file.

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "extractors/input_formats.hpp"
#include "rows/bad_row.hpp"
#include "rows/scan.hpp"
#include "rows/settled_scan.hpp"

namespace {

using namespace sluice;

// By the name of a column: what a row has there, as it is written.
using ReadRow = std::map<std::string, std::string, std::less<>>;

struct Reading {
    std::string error;  // of a file that cannot be read at all; then there is nothing else
    std::map<Ordinal, ReadRow> rows;
    std::map<Ordinal, std::string> bad_rows;
    std::vector<std::string> columns;
};

struct Setup {
    std::uint64_t block_size = std::uint64_t{1} << 20U;
    int threads = 1;
    std::vector<std::string> slots = {};  // empty: all columns
    bool may_start_over = false;
};

// Keeps what is said of each bad row.
class BadRows final : public BadRowSink {
public:
    explicit BadRows(std::map<Ordinal, std::string>& kept) : kept_(kept) {}
    void forget() override { kept_.clear(); }
    Result<> take(Ordinal, std::string_view piece) override {
        const std::lock_guard lock(mutex_);
        while (!piece.empty()) {
            const KeptRow row = take_kept_row(piece);
            kept_[row.ordinal] = fmt::format("{} {} {} {} {}", row.code, row.fault, row.length, row.column, row.raw);
        }
        return {};
    }

private:
    std::map<Ordinal, std::string>& kept_;
    std::mutex mutex_;
};

[[noreturn]] void fail(std::string_view what) {
    fmt::print(stderr, "{}\n", what);
    std::abort();
}

Result<> read_part(Scan& scan, const Setup& setup, std::mutex& mutex, Reading& reading) {
    const auto reader = scan.reader();
    for (;;) {
        TRY_ASSIGN(const Block* block, reader->next());
        if (block == nullptr) return {};
        const std::lock_guard lock(mutex);
        for (std::size_t row = 0; row < block->rows(); ++row) {
            const auto [place, is_new] = reading.rows.try_emplace(block->ordinals[row]);
            if (!is_new) fail("a row came twice");
            for (std::size_t slot = 0; slot < setup.slots.size(); ++slot) {
                const Token& token = block->slots[slot][row];
                if (!token.is_null()) place->second.emplace(setup.slots[slot], token.view());
            }
            if (!setup.slots.empty()) continue;
            for (const RowEntry& entry : block->row(row))
                if (!entry.token.is_null()) place->second.emplace(scan.column_name(entry.column), entry.token.view());
        }
    }
}

Result<ScanSummary> scan_all(const ScannableSource& source, const ScanRequest& request, const Setup& setup,
                             Reading& reading) {
    reading.rows.clear();
    const auto scan = source.scan(request);
    std::mutex mutex;
    std::vector<Result<>> done(static_cast<std::size_t>(setup.threads));
    std::vector<std::thread> threads;
    for (std::size_t number = 1; number < done.size(); ++number)
        threads.emplace_back([&, number] { done[number] = read_part(*scan, setup, mutex, reading); });
    done[0] = read_part(*scan, setup, mutex, reading);
    for (std::thread& thread : threads) thread.join();
    for (const Result<>& part : done) TRY(part);
    return scan->finish();
}

InputFile file_of(std::string_view content) {
    FileDescriptor descriptor(::memfd_create("fuzzed", MFD_CLOEXEC));
    if (::write(descriptor.get(), content.data(), content.size()) != static_cast<ssize_t>(content.size())) std::abort();
    auto file = InputFile::adopt(std::move(descriptor), "fuzzed");
    if (!file) std::abort();
    return std::move(*file);
}

Reading read(std::string_view content, const InputFormat& format, const Setup& setup) {
    Reading reading;
    std::vector<InputFile> files;
    files.push_back(file_of(content));
    const auto source =
        format.open(std::move(files), {.name = "fuzzed", .types = {}, .block_size = setup.block_size}, {});
    if (!source) {
        reading.error = source.error().message;
        return reading;
    }
    BadRows bad_rows(reading.bad_rows);
    ScanRequest request;
    request.slots = setup.slots;
    request.entries = setup.slots.empty();
    request.bad_rows = &bad_rows;
    const auto scan = [&](const ScanRequest& settled) { return scan_all(**source, settled, setup, reading); };
    const auto summary = setup.may_start_over ? scan_settled(request, scan) : scan(request);
    if (!summary) reading.error = summary.error().message;
    if (!reading.error.empty()) return reading;
    if (summary->rows != reading.rows.size() || summary->bad_rows != reading.bad_rows.size() ||
        summary->rows_read != summary->rows + summary->bad_rows)
        fail("the books do not balance");
    for (const ColumnSummary& column : summary->columns) reading.columns.push_back(column.name);
    return reading;
}

void compare(const Reading& whole, const Reading& other, std::string_view what) {
    if (whole.error.empty() != other.error.empty()) fail(fmt::format("{}: '{}', '{}'", what, whole.error, other.error));
    if (!whole.error.empty()) return;
    if (whole.bad_rows != other.bad_rows) fail(fmt::format("{}: other rows are bad", what));
    if (whole.columns != other.columns) fail(fmt::format("{}: other columns", what));
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    if (size < 2) return 0;
    // Parquet is read by DuckDB, which has fuzzers of its own.
    constexpr std::array<std::string_view, 3> kFormats{"csv", "jsonl", "tsv"};
    const auto& formats = input_formats();
    const InputFormat& format = *std::ranges::find(formats, kFormats[data[0] % kFormats.size()], &InputFormat::name);
    const std::string_view content(reinterpret_cast<const char*>(data) + 2, size - 2);

    const Reading whole = read(content, format, {});
    const std::uint64_t small = 1 + data[1];
    for (const int threads : {1, 2}) {
        const Reading split = read(content, format, {.block_size = small, .threads = threads, .may_start_over = true});
        compare(whole, split, "in small blocks");
        if (whole.error.empty() && whole.rows != split.rows) fail("in small blocks: other rows");
    }
    if (!whole.error.empty() || whole.columns.empty()) return 0;
    const std::vector<std::string> few{whole.columns.back(), whole.columns[whole.columns.size() / 2]};
    const Reading some = read(content, format, {.block_size = small, .slots = few});
    compare(whole, some, "few columns");
    if (some.rows.size() != whole.rows.size()) fail("few columns: other rows");
    for (const auto& [ordinal, row] : whole.rows) {
        for (const std::string& column : few) {
            const ReadRow& found = some.rows.at(ordinal);
            const bool has = row.contains(column);
            if (has != found.contains(column) || (has && row.at(column) != found.at(column)))
                fail("few columns: other values");
        }
    }
    return 0;
}
