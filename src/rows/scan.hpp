// One pass over one source, shared by several threads: the seam between extractors, which read, and engines, which
// compute. An engine sees only this; it knows nothing of files or formats.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/block.hpp"
#include "rows/declared_type.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

class BadRowSink;  // rows/bad_row.hpp

// Counters that a scan's threads add to while they read, once a block; another thread may read them at any time.
struct ScanProgress {
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> rows{0};
};

struct ScanRequest {
    std::vector<std::string> slots;     // columns wanted as Block::slots, by name; a name that no row has gives nulls
    bool entries = false;               // also every row's values in written order
    std::vector<std::string> surveyed;  // columns whose numbers are measured (ColumnSummary::numbers)
    bool survey_all = false;            // measure the numbers of every column
    bool may_start_over = false;        // the scan may fail with kStartOver: see settled_scan.hpp
    ScanProgress* progress = nullptr;   // may be null
    const StopFlag* stop = nullptr;     // may be null
    BadRowSink* bad_rows = nullptr;     // takes every bad row; may be null
};

// The code of the error of a scan that took the first rows for other than later ones show them to be. What it gave does
// not stand; it has learnt what it needs for the next scan of the same columns to go through.
inline constexpr std::string_view kStartOver = "start_over";

// What a type must hold to take every number of a column.
struct NumberSurvey {
    bool all_integers = true;          // written without point and exponent
    std::uint32_t integer_digits = 0;  // most digits before the point, of the plain decimal value
    std::uint32_t scale = 0;     // most digits after the point, of the plain decimal value, trailing zeros as written
    bool fits_int64 = true;      // all_integers and each within int64
    bool fits_int128 = true;     // all_integers and each within int128
    bool fits_double = true;     // each value is the shortest text's double: nothing is lost
    bool huge_exponent = false;  // some exponent is beyond +-10,000
    Ordinal first_huge_exponent = 0;
    Ordinal first_beyond_decimal = 0;  // first row whose number does not fit DECIMAL(38, scale) at its own scale
    bool beyond_decimal = false;
};

struct ColumnSummary {
    std::string name;
    ColumnId id = 0;
    Ordinal first_row = 0;                   // the row in which it was first seen
    std::uint32_t kinds = 0;                 // bit set of 1 << Kind, over all good rows
    std::array<Ordinal, 7> first_of_kind{};  // by Kind, where its bit is set
    NumberSurvey numbers;                    // measured only if asked for

    [[nodiscard]] bool has(Kind kind) const noexcept { return (kinds >> static_cast<unsigned>(kind) & 1U) != 0; }
};

// A line that is not a row, with all that a person needs to find and mend it.
struct BadRow {
    Ordinal ordinal = 0;       // where the line begins
    std::string file = {};     // as the config names it
    std::uint64_t line = 0;    // from 1
    std::uint64_t byte = 0;    // where the line begins in its file, from 0
    std::uint64_t fault = 0;   // the byte at fault in its file, from 0
    std::uint64_t length = 0;  // of the line in bytes, without its newline
    std::string code = {};     // "truncated", "bad_utf8", "duplicate_key", ... (formats/scan/fault.hpp)
    std::string message = {};
    std::string column = {};   // where one value is at fault
    std::string excerpt = {};  // the text at fault, printable, with some context
    std::size_t caret = 0;     // the byte of `excerpt` that stands for the one at fault
};

// Values of a column that are not of its declared type and became null.
struct NulledColumn {
    std::string column;
    std::uint64_t values = 0;
    Ordinal first = 0;  // the row
};

struct ScanSummary {
    std::vector<ColumnSummary> columns;  // in first-seen order over the whole input
    std::uint64_t rows_read = 0;         // counted as each begins: rows + bad_rows
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::uint64_t bad_rows = 0;
    std::vector<BadRow> first_bad_rows;  // the first five in input order
    std::vector<NulledColumn> nulled;    // with ColumnRules::type_errors null: by the first value of each

    [[nodiscard]] const ColumnSummary* find(std::string_view name) const;
};

// One thread's part of a scan.
class BlockReader {
public:
    virtual ~BlockReader() = default;
    // The next block, valid until the next call, or nullptr at the end of the input (then summary data is complete for
    // this reader). Blocks of one reader come in input order; with one reader they are the whole input in order.
    // Fails for what stops the whole run: a read error, a file that shrank, a stop; and with kStartOver, where that is
    // allowed, at the end of the input. A bad line is not a failure.
    [[nodiscard]] virtual Result<const Block*> next() = 0;
};

class Scan {
public:
    virtual ~Scan() = default;
    // A reader for one more thread; thread-safe. The readers share the work: each block goes to exactly one of them.
    // Readers may not outlive the scan.
    [[nodiscard]] virtual std::unique_ptr<BlockReader> reader() = 0;
    // To be called once, after every reader gave nullptr or is gone; then it is about the rows that were read. Fails
    // as readers do.
    [[nodiscard]] virtual Result<ScanSummary> finish() = 0;
    // The name of a column that a block's entries mention; thread-safe. The reference lives as long as the scan.
    [[nodiscard]] virtual const std::string& column_name(ColumnId id) const = 0;
};

// file:line of a row, for messages.
struct Place {
    std::string file;
    std::uint64_t line = 0;
    [[nodiscard]] std::string text() const;  // "user_activities.jsonl:5"
};

// Places of rows that are asked for in growing order: reads the input once for all of them. One thread.
class PlaceFinder {
public:
    virtual ~PlaceFinder() = default;
    [[nodiscard]] virtual Result<Place> place(Ordinal ordinal) = 0;
};

// What tells whether an input is still the one that was read: its time where it is a file that others can reach, else a
// checksum of its bytes.
struct InputFacts {
    std::string file;  // as the config names it
    std::uint64_t bytes = 0;
    std::optional<std::int64_t> modified_nanoseconds;  // since 1970
    std::optional<std::uint64_t> crc64nvme;
    bool operator==(const InputFacts&) const = default;
};

// A row that a person mended: what stands now for the bad row that began at this byte of the file.
struct MendedRow {
    std::string file;  // as the config names it
    std::uint64_t byte = 0;
    std::uint64_t length = 0;    // of the bad row
    std::uint64_t checksum = 0;  // CRC-64/NVME of the bad row
    std::string text;            // without newline at its end
};

// A source that is open: its length is fixed, and it can be scanned again and again with the same result.
// Thread-safe: scans of several threads may run at once.
class ScannableSource {
public:
    virtual ~ScannableSource() = default;
    [[nodiscard]] virtual const std::string& name() const = 0;
    // Of the input as it lies there: what ScanProgress counts up to.
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
    // About how many bytes of text that is: more than bytes() where it is compressed.
    [[nodiscard]] virtual std::uint64_t text_bytes() const { return bytes(); }
    [[nodiscard]] virtual const DeclaredTypes& types() const = 0;
    [[nodiscard]] virtual std::unique_ptr<Scan> scan(const ScanRequest& request) const = 0;
    // Where a row stands; reads the file up to it, so only for messages.
    [[nodiscard]] virtual Result<Place> place(Ordinal ordinal) const = 0;
    [[nodiscard]] virtual std::unique_ptr<PlaceFinder> places() const;
    // Lets mended rows stand for bad ones in all scans from now on; before the first one, not thread-safe. Fails (kind
    // data) for rows that cannot be of this source.
    [[nodiscard]] virtual Result<> mend(std::vector<MendedRow> rows);
    // The files behind it, in reading order. Reads those that have no time.
    [[nodiscard]] virtual Result<std::vector<InputFacts>> inputs() const { return std::vector<InputFacts>(); }
};

}  // namespace sluice
