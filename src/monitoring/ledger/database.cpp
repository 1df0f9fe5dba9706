#include "monitoring/ledger/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "utils/file_descriptor.hpp"

namespace sluice {
namespace {

// In the form that SQLite's URI names take; '?' and '#' would end the path, '%' is their escape.
std::string uri_of(const std::filesystem::path& path) {
    std::string uri = "file:";
    for (const char byte : std::filesystem::absolute(path).string()) {
        if (byte == '?' || byte == '#' || byte == '%')
            uri += fmt::format("%{:02x}", static_cast<unsigned char>(byte));
        else
            uri += byte;
    }
    return uri + "?immutable=1";
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

std::string_view sqlite_version() { return sqlite3_libversion(); }

// What a bind call itself can get wrong is a wrong position, which step() then shows as a missing value.
Statement& Statement::bind(std::string_view text) {
    sqlite3_bind_text64(statement_.get(), ++bound_, text.empty() ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::bind(std::int64_t number) {
    sqlite3_bind_int64(statement_.get(), ++bound_, number);
    return *this;
}

Statement& Statement::bind(double number) {
    sqlite3_bind_double(statement_.get(), ++bound_, number);
    return *this;
}

Statement& Statement::bind_null() {
    sqlite3_bind_null(statement_.get(), ++bound_);
    return *this;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return database_->error(code);
}

Result<> Statement::run() {
    auto stepped = step();
    reset();
    if (!stepped) return std::move(stepped).error();
    return {};
}

void Statement::reset() {
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    bound_ = 0;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::string Statement::text(int column) const {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    const int size = sqlite3_column_bytes(statement_.get(), column);
    return bytes == nullptr ? std::string() : std::string(bytes, static_cast<std::size_t>(size));
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Error Database::error(int code) const {
    const int primary = code & 0xFF;
    std::string_view name = "ledger_failed";
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) name = kLedgerCorrupt;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) name = kLedgerLocked;
    const int system = sqlite3_system_errno(connection_.get());
    const bool has_cause = (primary == SQLITE_CANTOPEN || primary == SQLITE_IOERR) && system != 0;
    return external_error(std::string(name),
                          fmt::format("'{}': {}{}", path_.string(), sqlite3_errmsg(connection_.get()),
                                      has_cause ? fmt::format(" ({})", std::generic_category().message(system)) : ""));
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Access access,
                                                 int patience_milliseconds) {
    // SQLite itself would make it readable for all. A new file has no locks that closing it could drop.
    if (access == Access::write)
        const FileDescriptor made(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    std::unique_ptr<Database> database(new Database(path));
    sqlite3* connection = nullptr;
    const std::string name =
        access == Access::read_unchanging ? uri_of(path) : std::filesystem::absolute(path).string();
    const int flags = access == Access::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY | SQLITE_OPEN_URI;
    const int code = sqlite3_open_v2(access == Access::read ? std::filesystem::absolute(path).c_str() : name.c_str(),
                                     &connection, flags, nullptr);
    database->connection_.reset(connection);
    if (code != SQLITE_OK) return database->error(code);
    sqlite3_extended_result_codes(connection, 1);
    sqlite3_busy_timeout(connection, patience_milliseconds);
    return database;
}

Result<> Database::execute(const std::string& sql) {
    const int code = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error(code);
    return {};
}

Result<Statement> Database::prepare(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return error(code);
    return Statement(statement, *this);
}

Result<std::string> Database::value(std::string_view sql) const {
    TRY_ASSIGN(Statement statement, prepare(sql));
    TRY_ASSIGN(const bool has_row, statement.step());
    return has_row ? statement.text(0) : std::string();
}

std::uint64_t Database::changes() const { return static_cast<std::uint64_t>(sqlite3_changes64(connection_.get())); }

Result<Transaction> Transaction::begin(Database& database) {
    TRY(database.execute("BEGIN IMMEDIATE"));
    return Transaction(database);
}

Transaction::~Transaction() {
    if (database_ != nullptr) (void)database_->execute("ROLLBACK");
}

Result<> Transaction::commit() {
    TRY(database_->execute("COMMIT"));
    database_ = nullptr;
    return {};
}

}  // namespace sluice
