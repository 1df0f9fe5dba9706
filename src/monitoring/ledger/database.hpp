// SQLite, shut in: the only folder that includes sqlite3.h. One thread a Database.
//
// Errors are kind external; their code says what is to be done: "ledger_corrupt" (the file is no database or damaged),
// "ledger_locked" (others held it all the time that we waited), "ledger_failed" (all else).
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "utils/result.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sluice {

inline constexpr std::string_view kLedgerCorrupt = "ledger_corrupt";
inline constexpr std::string_view kLedgerLocked = "ledger_locked";

// Of the SQLite in this binary, such as "3.40.1".
[[nodiscard]] std::string_view sqlite_version();

// One prepared statement. Order of calls: bind each value in its order, then step() until it gives false; reset() to
// begin again. Lives no longer than its Database.
class Statement {
public:
    Statement& bind(std::string_view text);
    Statement& bind(std::int64_t number);
    Statement& bind(double number);
    Statement& bind_null();
    Statement& bind(std::uint64_t number) { return bind(static_cast<std::int64_t>(number)); }
    Statement& bind(bool flag) { return bind(static_cast<std::int64_t>(flag ? 1 : 0)); }
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    template <typename Value>
    Statement& bind(const std::optional<Value>& value) {
        return value ? bind(*value) : bind_null();
    }

    // Whether there is a row; the columns below are its own until the next call.
    [[nodiscard]] Result<bool> step();
    // For a statement that gives no rows: step() and reset().
    [[nodiscard]] Result<> run();
    void reset();

    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] std::string text(int column) const;  // "" for null
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    [[nodiscard]] double real(int column) const;

private:
    friend class Database;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const;
    };
    explicit Statement(sqlite3_stmt* statement, const class Database& database)
        : statement_(statement), database_(&database) {}

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    const class Database* database_;
    int bound_ = 0;
};

class Database {
public:
    enum class Access {
        write,  // made if it is absent, with mode 0600
        read,
        read_unchanging,  // of a folder that nobody can write to: without looking for other processes
    };
    // Waits up to `patience_milliseconds` for others, here and in every later call.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Access access,
                                                                int patience_milliseconds);

    // Statements without values, separated by semicolons.
    [[nodiscard]] Result<> execute(const std::string& sql);
    [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
    // The first column of the first row; "" without one.
    [[nodiscard]] Result<std::string> value(std::string_view sql) const;
    // The number of rows that the last statement changed.
    [[nodiscard]] std::uint64_t changes() const;

private:
    friend class Statement;
    struct Close {
        void operator()(sqlite3* connection) const;
    };
    explicit Database(std::filesystem::path path) : path_(std::move(path)) {}
    [[nodiscard]] Error error(int code) const;

    std::filesystem::path path_;
    std::unique_ptr<sqlite3, Close> connection_;
};

// All or nothing: rolled back by the destructor unless commit() succeeded.
class Transaction {
public:
    // Takes the right to write at once, so that what is read within it stays true.
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
    Transaction& operator=(Transaction&&) = delete;
    ~Transaction();
    [[nodiscard]] Result<> commit();

private:
    explicit Transaction(Database& database) : database_(&database) {}
    Database* database_;
};

}  // namespace sluice
