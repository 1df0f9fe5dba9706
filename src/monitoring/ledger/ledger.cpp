#include "monitoring/ledger/ledger.hpp"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "monitoring/ledger/ledger_schema.hpp"
#include "monitoring/ledger/runs_log_import.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/waiting_time.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFile = "ledger.db";
constexpr int kPatienceMilliseconds = 10'000;
// A check reads the whole file. Past this size it would be felt in every run; SQLite still finds damage where it reads.
constexpr std::uintmax_t kMostChecked = std::uintmax_t{64} << 20U;

// One process at a time opens for writing: so none puts a ledger aside that another has just begun. Held on the folder
// itself, which needs no file that could be left behind. Where a file system has no such locks, it goes without.
Result<FileDescriptor> lock_folder(const fs::path& state) {
    FileDescriptor folder(::open(state.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder.open()) return system_error("open the folder", state.string(), errno);
    const WaitingSpan span;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMilliseconds);
    while (::flock(folder.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        if (std::chrono::steady_clock::now() > deadline)
            return external_error(std::string(kLedgerLocked),
                                  fmt::format("'{}': another run is opening the ledger", state.string()));
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return folder;
}

Result<> make_folder(const fs::path& state) {
    std::error_code failure;
    fs::create_directories(state, failure);
    if (failure) return system_error("make the folder", state.string(), failure.value());
    return {};
}

Result<> check_sound(const Database& database, const fs::path& path) {
    std::error_code ignored;
    const auto size = fs::file_size(path, ignored);
    if (ignored || size > kMostChecked) return {};
    TRY_ASSIGN(const std::string verdict, database.value("PRAGMA quick_check(1)"));
    if (verdict == "ok") return {};
    return external_error(std::string(kLedgerCorrupt), fmt::format("'{}': {}", path.string(), verdict));
}

// The companions go first: a new ledger must never find those of an old one.
Result<std::string> put_aside(const fs::path& path) {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const std::string base = fmt::format("{}.corrupt-{:%Y%m%dT%H%M%S}Z", path.string(), fmt::gmtime(now));
    std::string aside = base;
    for (int number = 2; ::access(aside.c_str(), F_OK) == 0; ++number) aside = fmt::format("{}-{}", base, number);
    for (const std::string_view companion : {"-shm", "-wal", ""}) {
        const std::string from = path.string() + std::string(companion);
        if (::rename(from.c_str(), (aside + std::string(companion)).c_str()) != 0 && errno != ENOENT)
            return system_error("rename", from, errno);
    }
    return fs::path(aside).filename().string();
}

void take_runs_log(const fs::path& state, Ledger& ledger, std::vector<std::string>& notes) {
    if (auto imported = import_runs_log(state, ledger); !imported)
        notes.push_back("the runs of earlier versions are not in the ledger yet: " + imported.error().message);
}

}  // namespace

Ledger::Ledger(const fs::path& state, std::unique_ptr<Database> database)
    : path_(state / kFile), database_(std::move(database)) {
    struct stat status {};
    if (::stat(path_.c_str(), &status) != 0) return;
    device_ = status.st_dev;
    inode_ = status.st_ino;
}

bool Ledger::in_place() const {
    struct stat status {};
    return ::stat(path_.c_str(), &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
}

// WAL lets others read while a run writes, and takes one sync a checkpoint. A file system that cannot have it (shared
// over a network) keeps SQLite's older journal, which is as safe.
Result<std::unique_ptr<Ledger>> Ledger::open_sound(const fs::path& state) {
    const fs::path path = state / kFile;
    TRY_ASSIGN(auto database, Database::open(path, Database::Access::write, kPatienceMilliseconds));
    TRY(check_sound(*database, path));
    TRY(database->value("PRAGMA journal_mode = WAL"));
    TRY(database->execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON"));
    TRY(migrate(*database));
    return std::unique_ptr<Ledger>(new Ledger(state, std::move(database)));
}

Result<std::unique_ptr<Ledger>> Ledger::open(const fs::path& state, std::vector<std::string>& notes) {
    TRY(make_folder(state));
    TRY_ASSIGN(const FileDescriptor lock, lock_folder(state));
    auto ledger = open_sound(state);
    if (!ledger && ledger.error().code == kLedgerCorrupt) return replace(state, ledger.error().message, notes);
    if (ledger) take_runs_log(state, **ledger, notes);
    return ledger;
}

Result<std::unique_ptr<Ledger>> Ledger::begin_anew(const fs::path& state, std::vector<std::string>& notes) {
    TRY_ASSIGN(const FileDescriptor lock, lock_folder(state));
    return replace(state, fmt::format("'{}' cannot be written", (state / kFile).string()), notes);
}

// Under the lock.
Result<std::unique_ptr<Ledger>> Ledger::replace(const fs::path& state, const std::string& why,
                                                std::vector<std::string>& notes) {
    TRY_ASSIGN(const std::string aside, put_aside(state / kFile));
    notes.push_back(fmt::format(
        "the ledger was damaged: {}; it is kept as {} beside the new one, which begins with this run", why, aside));
    TRY_ASSIGN(auto ledger, open_sound(state));
    take_runs_log(state, *ledger, notes);
    return ledger;
}

Result<std::unique_ptr<Ledger>> Ledger::open_to_read(const fs::path& state) {
    const fs::path path = state / kFile;
    std::error_code absent;
    if (!fs::exists(path, absent)) return std::unique_ptr<Ledger>();
    auto database = Database::open(path, Database::Access::read, kPatienceMilliseconds);
    auto tables = database ? has_tables(**database) : Result<bool>(database.error());
    // A reader, too, makes files beside the ledger, unless nobody is writing and it is told so.
    if (!tables && tables.error().code != kLedgerCorrupt && !fs::exists(path.string() + "-wal", absent)) {
        database = Database::open(path, Database::Access::read_unchanging, kPatienceMilliseconds);
        tables = database ? has_tables(**database) : Result<bool>(database.error());
    }
    if (!tables) return std::move(tables).error();
    if (!*tables) return std::unique_ptr<Ledger>();
    return std::unique_ptr<Ledger>(new Ledger(state, std::move(*database)));
}

}  // namespace sluice
