#include "engine/duckdb/duckdb_engine.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <system_error>
#include <utility>

#include "engine/duckdb/aggregate_functions.hpp"
#include "engine/duckdb/fault.hpp"
#include "engine/duckdb/handles.hpp"
#include "engine/duckdb/interrupt_watcher.hpp"
#include "engine/duckdb/scalar_functions.hpp"
#include "engine/duckdb/scan_function.hpp"
#include "engine/duckdb/table_appender.hpp"
#include "engine/duckdb/token_stream.hpp"
#include "engine/duckdb/vectors.hpp"

namespace sluice {

namespace {

// A folder that goes with its contents. DuckDB removes its own spill files, but not after a failure.
class SpillFolder {
public:
    static Result<SpillFolder> make(const std::filesystem::path& parent) {
        std::error_code code;
        const std::filesystem::path base = parent.empty() ? std::filesystem::temp_directory_path(code) : parent;
        std::filesystem::create_directories(base, code);
        std::string pattern = (base / "duckdb-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr)
            return system_error("make a temporary folder in", base.string(), errno);
        return SpillFolder(pattern);
    }

    SpillFolder() = default;
    ~SpillFolder() {
        std::error_code code;
        if (!path_.empty()) std::filesystem::remove_all(path_, code);
    }
    SpillFolder(SpillFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    SpillFolder& operator=(SpillFolder&& other) noexcept {
        std::swap(path_, other.path_);
        return *this;
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    explicit SpillFolder(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

// Settings that shape results or keep SQL inside; the same on every machine.
constexpr std::array<std::pair<const char*, const char*>, 4> kSettings{{
    {"autoinstall_known_extensions", "false"},
    {"autoload_known_extensions", "false"},
    {"allow_community_extensions", "false"},
    {"allow_unsigned_extensions", "false"},
}};

constexpr const char* kLock = "SET GLOBAL lock_configuration = true";

std::string memory_text(std::uint64_t bytes) { return fmt::format("{}KiB", bytes / 1024); }

}  // namespace

// Members in the order in which they may be used: the database goes before what its functions point to.
struct DuckdbEngine::State {
    explicit State(DuckdbSettings given) : settings(std::move(given)), watcher(settings.stop) {}
    ~State() {
        if (connection.get() != nullptr) watcher.forget(connection.get());
    }

    DuckdbSettings settings;
    SpillFolder spill;
    ScanBindings bindings;
    InterruptWatcher watcher;
    DatabaseHandle database;
    ConnectionHandle connection;

    [[nodiscard]] Result<> open_database();
    [[nodiscard]] Result<> allow_files();
    [[nodiscard]] Result<> query(const std::string& sql, ResultHandle& result) {
        if (settings.stop != nullptr) TRY(settings.stop->check());
        if (duckdb_query(connection.get(), sql.c_str(), result.out()) == DuckDBSuccess) return {};
        return duckdb_error(duckdb_result_error(result.out()), settings.stop);
    }
    [[nodiscard]] Result<> run(const std::string& sql) {
        ResultHandle result;
        return query(sql, result);
    }
};

Result<> DuckdbEngine::State::open_database() {
    ConfigHandle config;
    if (duckdb_create_config(config.out()) != DuckDBSuccess) return internal_error("DuckDB gives no configuration");
    const auto set = [&](const char* name, const std::string& value) {
        return duckdb_set_config(config.get(), name, value.c_str()) == DuckDBSuccess;
    };
    bool taken = set("threads", std::to_string(settings.threads)) && set("temp_directory", spill.path().string());
    taken = taken && set("preserve_insertion_order", settings.keep_order ? "true" : "false");
    for (const auto& [name, value] : kSettings) taken = taken && set(name, value);
    if (settings.memory_bytes != 0) {
        taken = taken && set("memory_limit", memory_text(settings.memory_bytes));
        // What DuckDB's allocator holds back counts for nobody's limit, but is resident all the same.
        const std::string held_back = memory_text(settings.memory_bytes / 16);
        taken = taken && set("allocator_flush_threshold", held_back) &&
                set("allocator_bulk_deallocation_flush_threshold", held_back);
    }
    if (!taken) return internal_error("DuckDB does not take its settings");

    char* text = nullptr;
    if (duckdb_open_ext(nullptr, database.out(), config.get(), &text) != DuckDBSuccess) {
        Error error = duckdb_error(text == nullptr ? "it does not open" : text, settings.stop);
        duckdb_free(text);
        return error;
    }
    if (duckdb_connect(database.get(), connection.out()) != DuckDBSuccess)
        return internal_error("DuckDB gives no connection");
    return {};
}

Result<> DuckdbEngine::State::allow_files() {
    if (settings.readable.empty() && settings.writable.empty()) return {};
    std::string list;
    for (const auto* paths : {&settings.readable, &settings.writable})
        for (const std::string& path : *paths) list += (list.empty() ? "" : ", ") + sql_text(path);
    return run(fmt::format("SET GLOBAL allowed_paths = [{}]", list));
}

DuckdbEngine::DuckdbEngine(std::unique_ptr<State> state) : state_(std::move(state)) {}
DuckdbEngine::~DuckdbEngine() = default;

Result<std::unique_ptr<DuckdbEngine>> DuckdbEngine::open(DuckdbSettings settings) {
    auto state = std::make_unique<State>(std::move(settings));
    TRY_ASSIGN(state->spill, SpillFolder::make(state->settings.temp_dir));
    TRY(state->open_database());
    state->watcher.watch(state->connection.get());
    TRY(register_scalar_functions(state->connection.get(), state->settings));
    TRY(register_aggregate_functions(state->connection.get()));
    TRY(register_scan_function(state->connection.get(), state->bindings));
    TRY(state->run("SET GLOBAL TimeZone = 'UTC'"));
    TRY(state->allow_files());
    TRY(state->run("SET GLOBAL enable_external_access = false"));
    if (!state->settings.lock_later) TRY(state->run(kLock));
    return std::unique_ptr<DuckdbEngine>(new DuckdbEngine(std::move(state)));
}

Result<> DuckdbEngine::run(const std::string& sql) { return state_->run(sql); }

Result<> DuckdbEngine::limit_memory(std::uint64_t bytes) {
    if (state_->settings.memory_bytes == 0) return {};
    return run(fmt::format("SET GLOBAL memory_limit = '{}'", memory_text(bytes)));
}

Result<> DuckdbEngine::lock() { return run(kLock); }

Result<std::vector<DuckdbEngine::TextRow>> DuckdbEngine::rows(const std::string& sql) {
    ResultHandle result;
    TRY(state_->query(fmt::format("SELECT COLUMNS(*)::VARCHAR FROM ({})", sql), result));
    std::vector<TextRow> rows;
    for (ChunkHandle chunk(duckdb_fetch_chunk(result.get())); chunk.get() != nullptr;
         chunk = ChunkHandle(duckdb_fetch_chunk(result.get()))) {
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row) {
            TextRow& texts = rows.emplace_back(duckdb_data_chunk_get_column_count(chunk.get()));
            for (idx_t column = 0; column < texts.size(); ++column) {
                const VectorView<duckdb_string_t> values(chunk.get(), column);
                if (values.valid(row)) texts[column] = text_of(values[row]);
            }
        }
    }
    return rows;
}

Result<std::uint64_t> DuckdbEngine::number(const std::string& sql) {
    TRY_ASSIGN(const auto found, rows(sql));
    if (found.size() != 1 || found[0].empty() || !found[0][0]) return internal_error("DuckDB gave no number");
    return std::strtoull(found[0][0]->c_str(), nullptr, 10);
}

Result<std::vector<QueryColumn>> DuckdbEngine::describe(const std::string& select) {
    ResultHandle result;
    TRY(state_->query("DESCRIBE " + select, result));
    std::vector<QueryColumn> columns;
    for (ChunkHandle chunk(duckdb_fetch_chunk(result.get())); chunk.get() != nullptr;
         chunk = ChunkHandle(duckdb_fetch_chunk(result.get()))) {
        const VectorView<duckdb_string_t> names(chunk.get(), 0);
        const VectorView<duckdb_string_t> types(chunk.get(), 1);
        for (idx_t row = 0; row < duckdb_data_chunk_get_size(chunk.get()); ++row)
            columns.push_back({std::string(text_of(names[row])), std::string(text_of(types[row]))});
    }
    return columns;
}

Result<ScanSummary> DuckdbEngine::load(const std::string& table, const std::string& select,
                                       const ScannableSource& source, ScanRequest request) {
    auto& binding = *state_->bindings.emplace_back(std::make_unique<ScanBinding>());
    binding.source = &source;
    binding.request = std::move(request);
    binding.threads = state_->settings.threads;
    const Result<> made =
        state_->run(fmt::format("CREATE TABLE {} AS {}({})", table, select, state_->bindings.size() - 1));
    const std::unique_ptr<Scan> scan = std::move(binding.scan);  // goes before its source
    if (binding.error) return *std::exchange(binding.error, std::nullopt);
    if (!made) return made.error();
    return scan->finish();
}

Result<std::unique_ptr<TableAppender>> DuckdbEngine::append(const std::string& table,
                                                            const std::vector<AppendedColumn>& columns) {
    return ChunkAppender::start(state_->connection.get(), table, columns, state_->settings.stop);
}

Result<std::unique_ptr<RowStream>> DuckdbEngine::stream(const std::string& select, std::vector<OutputColumn> columns) {
    return TokenStream::start(state_->database.get(), state_->watcher, state_->settings.stop, select,
                              std::move(columns));
}

std::string sql_name(std::string_view name) {
    std::string out = "\"";
    for (const char letter : name) out.append(letter == '"' ? 2 : 1, letter);
    return out + '"';
}

std::string sql_text(std::string_view text) {
    std::string out = "'";
    for (const char letter : text) out.append(letter == '\'' ? 2 : 1, letter);
    return out + '\'';
}

}  // namespace sluice
