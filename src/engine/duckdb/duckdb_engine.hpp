// DuckDB, shut in: the only door to it. Runs SQL over tables that it loads from our scans, gives result rows back as
// tokens. No file but those in DuckdbSettings::readable, no network, extension or setting is within the reach of any
// SQL that runs here. Nothing outside this folder includes duckdb.h or sees one of its types.
//
// Tables hold `o` (UBIGINT, a row's ordinal) and c0, c1, ... (VARCHAR, tokens); scalar_functions.hpp and
// aggregate_functions.hpp say which functions of ours the SQL may call. Rows have no order but that of ORDER BY.
//
// Every failure of a query has one of the kinds and codes of fault.hpp: whoever knows the config puts the place in
// front.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rows/row_stream.hpp"
#include "rows/scan.hpp"
#include "rows/time_reader.hpp"
#include "utils/result.hpp"
#include "utils/secret.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct DuckdbSettings {
    int threads = 1;
    std::uint64_t memory_bytes = 0;  // 0: DuckDB's default
    std::filesystem::path temp_dir =
        {};                          // it spills into a folder of its own in here; empty: the system's temporary folder
    const StopFlag* stop = nullptr;  // may be null; interrupts queries
    std::vector<TimeReader> times = {};      // what sl_time() and sl_cast() count
    std::vector<Secret> mask_keys = {};      // what sl_hmac() counts
    std::vector<std::string> readable = {};  // files that SQL may read, by absolute path; no other is within its reach
    std::vector<std::string> writable = {};  // and those that it may write
    bool lock_later = false;                 // lock() is called before any SQL of a user runs
    bool keep_order = false;                 // rows of a table come in the order in which they were put there
};

// A result column as DuckDB describes it: "BIGINT", "DECIMAL(38,2)", "STRUCT(a INTEGER)".
struct QueryColumn {
    std::string name;
    std::string type;
};

// What the columns of a table hold that a TableAppender fills.
enum class AppendedColumn { text, integer };

// Order of calls: for each row one of set_...() for each column, then end_row(); finish() after the last one.
class TableAppender {
public:
    virtual ~TableAppender() = default;
    virtual void set_null(std::size_t column) = 0;
    virtual void set_text(std::size_t column, std::string_view text) = 0;
    virtual void set_integer(std::size_t column, std::int64_t value) = 0;
    [[nodiscard]] virtual Result<> end_row() = 0;
    [[nodiscard]] virtual Result<> finish() = 0;
};

// One thread calls, but stream() may be called from several at once; queries use several. Streams may be open while
// others run.
class DuckdbEngine {
public:
    // Opens an in-memory database, registers our functions and locks it down. Takes some 20 ms.
    [[nodiscard]] static Result<std::unique_ptr<DuckdbEngine>> open(DuckdbSettings settings);
    ~DuckdbEngine();
    DuckdbEngine(const DuckdbEngine&) = delete;
    DuckdbEngine& operator=(const DuckdbEngine&) = delete;

    [[nodiscard]] Result<> run(const std::string& sql);
    // A small result as text; a NULL is nothing.
    using TextRow = std::vector<std::optional<std::string>>;
    [[nodiscard]] Result<std::vector<TextRow>> rows(const std::string& sql);
    // A query that gives one number, such as count(*).
    [[nodiscard]] Result<std::uint64_t> number(const std::string& sql);
    // The columns that `select` would give; nothing runs.
    [[nodiscard]] Result<std::vector<QueryColumn>> describe(const std::string& select);

    // Makes the table `table` from `select`, which ends in FROM sluice_scan: a scan with `o` and request.slots as c0,
    // c1,
    // ... Reads the whole source with all threads.
    [[nodiscard]] Result<ScanSummary> load(const std::string& table, const std::string& select,
                                           const ScannableSource& source, ScanRequest request);

    // Before lock(): what DuckDB may take from now on, for `memory_bytes` that are not 0. What is over it is spilled.
    [[nodiscard]] Result<> limit_memory(std::uint64_t bytes);
    // With DuckdbSettings::lock_later: from here on no SQL changes a setting.
    [[nodiscard]] Result<> lock();

    // Rows for a table that is there, whose columns are VARCHAR and BIGINT as `columns` says. The engine outlives it.
    [[nodiscard]] Result<std::unique_ptr<TableAppender>> append(const std::string& table,
                                                                const std::vector<AppendedColumn>& columns);

    // Starts `select`, which must give tokens only, a column for each of `columns`. The engine outlives the stream.
    [[nodiscard]] Result<std::unique_ptr<RowStream>> stream(const std::string& select,
                                                            std::vector<OutputColumn> columns);

private:
    struct State;
    explicit DuckdbEngine(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// `name` as an SQL identifier, `text` as an SQL string.
[[nodiscard]] std::string sql_name(std::string_view name);
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace sluice
