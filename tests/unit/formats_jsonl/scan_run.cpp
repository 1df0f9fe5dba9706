#include "unit/formats_jsonl/scan_run.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "formats/jsonl/jsonl_format.hpp"
#include "formats/scan/file_source.hpp"
#include "rows/settled_scan.hpp"

namespace sluice::formats::jsonl {

namespace {

InputFile file_of(std::string_view content, std::string name) {
    std::string path = testing::TempDir() + "sluice_scan_XXXXXX";
    FileDescriptor descriptor(::mkstemp(path.data()));
    EXPECT_TRUE(descriptor.open()) << path;
    ::unlink(path.c_str());
    while (!content.empty()) {
        const ssize_t written = ::write(descriptor.get(), content.data(), content.size());
        if (written <= 0) {
            ADD_FAILURE() << "cannot write " << path;
            break;
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    Result<InputFile> file = InputFile::adopt(std::move(descriptor), std::move(name));
    EXPECT_TRUE(file.has_value());
    return std::move(*file);
}

ScannedRow row_of(const Scan& scan, const Block& block, std::size_t index, const ScanSetup& setup) {
    ScannedRow row{.ordinal = block.ordinals[index], .text = {}, .slots = {}};
    if (setup.entries) {
        for (const RowEntry& entry : block.row(index)) {
            row.text += fmt::format("\"{}\":{},", scan.column_name(entry.column), entry.token.view());
        }
    }
    for (const std::vector<Token>& slot : block.slots) row.slots.emplace_back(slot[index].view());
    return row;
}

}  // namespace

std::vector<InputFile> files_of(const std::vector<std::string>& contents) {
    std::vector<InputFile> files;
    char name = 'a';
    for (const std::string& content : contents) files.push_back(file_of(content, std::string(1, name++)));
    return files;
}

std::unique_ptr<ScannableSource> source_of(const std::vector<std::string>& contents, const ScanSetup& setup) {
    auto source = FileSource::open(
        files_of(contents), jsonl_format(),
        {.name = "source", .types = setup.types, .block_size = setup.block_size, .max_row = setup.max_line});
    EXPECT_TRUE(source.has_value()) << source.error().message;
    return std::move(*source);
}

namespace {

Result<> read_part(Scan& scan, const ScanSetup& setup, std::mutex& mutex, ScanRun& run) {
    const std::unique_ptr<BlockReader> reader = scan.reader();
    for (;;) {
        TRY_ASSIGN(const Block* block, reader->next());
        if (block == nullptr) return {};
        const std::lock_guard lock(mutex);
        for (std::size_t index = 0; index < block->rows(); ++index)
            run.rows.push_back(row_of(scan, *block, index, setup));
    }
}

Result<> scan_once(const ScannableSource& source, const ScanRequest& request, const ScanSetup& setup, ScanRun& run) {
    ++run.scans;
    run.rows.clear();
    const std::unique_ptr<Scan> scan = source.scan(request);
    std::mutex mutex;
    std::vector<Result<>> done(static_cast<std::size_t>(setup.readers));
    std::vector<std::thread> threads;
    for (std::size_t number = 1; number < done.size(); ++number)
        threads.emplace_back([&, number] { done[number] = read_part(*scan, setup, mutex, run); });
    done[0] = read_part(*scan, setup, mutex, run);
    for (std::thread& thread : threads) thread.join();
    for (const Result<>& part : done) TRY(part);
    if (setup.readers > 1) std::ranges::sort(run.rows, {}, &ScannedRow::ordinal);
    TRY_ASSIGN(run.summary, scan->finish());
    return {};
}

}  // namespace

ScanRun run_scan(const ScannableSource& source, const ScanSetup& setup) {
    ScanRequest request;
    request.slots = setup.slots;
    request.entries = setup.entries;
    request.surveyed = setup.surveyed;
    request.survey_all = setup.survey_all;
    ScanRun run;
    const auto scan = [&](const ScanRequest& settled) { return scan_once(source, settled, setup, run); };
    const Result<> done = setup.may_start_over ? scan_settled(request, scan) : scan(request);
    EXPECT_TRUE(done.has_value()) << done.error().message;
    return run;
}

ScanRun scan_text(std::string content, const ScanSetup& setup) {
    return run_scan(*source_of({std::move(content)}, setup), setup);
}

std::string laid_out(const ScanRun& run) {
    std::string out =
        fmt::format("rows {} bytes {} bad {}\n", run.summary.rows, run.summary.bytes, run.summary.bad_rows);
    for (const ScannedRow& row : run.rows)
        out += fmt::format("{} {} {}\n", row.ordinal, row.text, fmt::join(row.slots, "|"));
    for (const ColumnSummary& column : run.summary.columns) {
        out += fmt::format("column '{}' from {} kinds {:#x} at", column.name, column.first_row, column.kinds);
        for (std::size_t kind = 0; kind < column.first_of_kind.size(); ++kind) {
            if ((column.kinds >> kind & 1U) != 0) out += fmt::format(" {}", column.first_of_kind[kind]);
        }
        const NumberSurvey& numbers = column.numbers;
        out +=
            fmt::format("; {} {}.{} {}{}{} {}@{} {}@{}\n", numbers.all_integers, numbers.integer_digits, numbers.scale,
                        numbers.fits_int64, numbers.fits_int128, numbers.fits_double, numbers.huge_exponent,
                        numbers.first_huge_exponent, numbers.beyond_decimal, numbers.first_beyond_decimal);
    }
    for (const BadRow& bad : run.summary.first_bad_rows) {
        out += fmt::format("{} {}:{} byte {} fault {} length {} {} '{}' '{}' {}\n", bad.ordinal, bad.file, bad.line,
                           bad.byte, bad.fault, bad.length, bad.code, bad.message, bad.column, bad.excerpt);
    }
    return out;
}

std::string verdict(std::string_view line) {
    const ScanRun run = scan_text(std::string(line) + "\n");
    EXPECT_EQ(run.summary.rows + run.summary.bad_rows, 1U) << line;
    EXPECT_EQ(run.rows.size(), run.summary.rows) << line;
    return run.summary.first_bad_rows.empty() ? "" : run.summary.first_bad_rows.front().code;
}

}  // namespace sluice::formats::jsonl
