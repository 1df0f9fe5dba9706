#include "alerting/alert_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <thread>

#include "monitoring/wall_time.hpp"
#include "utils/json.hpp"
#include "utils/new_file.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::chrono::seconds kPatience{2};
constexpr std::chrono::milliseconds kLook{20};
constexpr std::size_t kCrashesKept = 100;

Json book_json(const AlertBook& book) {
    Json told = Json::object();
    for (const auto& [key, time] : book.told) told[key] = wall_time_text(time);
    Json sent = Json::array();
    for (const WallTime time : book.sent) sent.push_back(wall_time_text(time));
    Json waiting = Json::array();
    for (const AlertMessage& message : book.waiting) waiting.push_back(to_json(message));
    return {{"outage", book.outage},
            {"held", book.held},
            {"told", std::move(told)},
            {"sent", std::move(sent)},
            {"waiting", std::move(waiting)}};
}

AlertBook book_of(const Json& json) {
    AlertBook book;
    book.outage = json.at("outage");
    book.held = json.at("held");
    for (const auto& [key, time] : json.at("told").items())
        book.told[key] = parse_wall_time(time.get<std::string>()).value_or(WallTime{});
    for (const Json& time : json.at("sent"))
        book.sent.push_back(parse_wall_time(time.get<std::string>()).value_or(WallTime{}));
    for (const Json& message : json.at("waiting"))
        if (auto known = message_from(message)) book.waiting.push_back(std::move(*known));
    return book;
}

// Nothing when the text is no books.
std::optional<AlertBooks> books_of(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    try {
        if (json.at("sluice") != kVersion) return std::nullopt;
        AlertBooks books;
        for (const auto& [name, book] : json.at("channels").items()) books.channels[name] = book_of(book);
        books.crashes_told = json.at("crashes_told").get<std::vector<std::string>>();
        return books;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

std::string text_of(const AlertBooks& books) {
    Json channels = Json::object();
    for (const auto& [name, book] : books.channels) channels[name] = book_json(book);
    const std::size_t kept = std::min(books.crashes_told.size(), kCrashesKept);
    const std::vector<std::string> crashes(books.crashes_told.end() - static_cast<std::ptrdiff_t>(kept),
                                           books.crashes_told.end());
    const Json json{{"sluice", kVersion}, {"channels", std::move(channels)}, {"crashes_told", crashes}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

Result<> lock(const FileDescriptor& file, const fs::path& path) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR) return system_error("lock", path.string(), errno);
        if (std::chrono::steady_clock::now() > end)
            return external_error("alerts_locked", fmt::format("'{}' is held by another run", path.string()), true);
        std::this_thread::sleep_for(kLook);
    }
    return {};
}

}  // namespace

Result<AlertStore> AlertStore::open(const fs::path& path, std::vector<std::string>& notes) {
    AlertStore store;
    store.path_ = path;
    std::error_code failure;
    fs::create_directories(path.parent_path(), failure);
    if (failure) return system_error("make the folder", path.parent_path().string(), failure.value());
    const fs::path beside = path.string() + ".lock";
    store.lock_ = FileDescriptor(::open(beside.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!store.lock_.open()) return system_error("open", beside.string(), errno);
    TRY(lock(store.lock_, beside));
    if (std::ifstream file(path, std::ios::binary); file) {
        const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        if (auto books = books_of(text))
            store.books_ = std::move(*books);
        else
            notes.push_back(
                fmt::format("'{}' is damaged or of another version: what alerts had told before is not "
                            "known any more",
                            path.string()));
    }
    return store;
}

Result<> AlertStore::save() const {
    const fs::path staged = path_.string() + ".new";
    FileDescriptor file(::open(staged.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file.open()) return system_error("write to", staged.string(), errno);
    TRY(write_all(file, staged, text_of(books_)));
    file.reset();
    std::error_code failure;
    fs::rename(staged, path_, failure);
    return failure ? Result<>(system_error("rename", staged.string(), failure.value())) : Result<>();
}

}  // namespace sluice
