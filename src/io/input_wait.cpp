#include "io/input_wait.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <string>

namespace sluice {

namespace {

using std::chrono::milliseconds;

struct Look {
    std::string name;
    std::string state;
    std::string shown;  // of the state
    bool operator==(const Look&) const = default;
};

// Nothing when the file is not there.
std::optional<Look> look_at(const InputPath& file) {
    if (!file.is_local)
        return file.state.empty() ? std::nullopt : std::optional(Look{file.name, file.state, file.state});
    struct stat status {};
    if (::stat(file.path.c_str(), &status) != 0) return std::nullopt;
    return Look{
        file.name,
        fmt::format("{} {} {} {}", status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec),
        fmt::format("{} bytes", status.st_size)};
}

// What is missing, or "" when this look saw what the one before saw. `looks` becomes this look.
std::string lacking(const std::vector<InputPath>& files, std::vector<Look>& looks) {
    std::vector<Look> seen;
    for (const InputPath& file : files) {
        std::optional<Look> look = look_at(file);
        if (!look) {
            looks.clear();
            return fmt::format("'{}' is not there", file.name);
        }
        seen.push_back(std::move(*look));
    }
    std::swap(looks, seen);
    for (const Look& look : looks) {
        if (std::ranges::find(seen, look) == seen.end())
            return fmt::format("'{}' was new or still written to ({})", look.name, look.shown);
    }
    return looks.size() == seen.size() && !looks.empty() ? "" : "the files have changed";
}

// Whether a later look may find what this one did not: a wrong secret stays wrong.
bool is_passing(const Error& error) {
    const bool not_there = error.code == "no_match" || error.code == "file_missing";
    return error.kind == ErrorKind::external && (not_there || error.retryable);
}

// Tells of what is missing, not too often.
class Telling {
public:
    Telling(const HearWait& hear, RetryClock::Time start, milliseconds limit)
        : hear_(hear), last_(start), since_(std::chrono::system_clock::now()), until_(since_ + limit) {}

    void tell(const std::string& missing, RetryClock::Time now) {
        constexpr std::chrono::seconds kInterval{10};
        if (!hear_ || missing == told_ || (!told_.empty() && now - last_ < kInterval)) return;
        told_ = missing;
        last_ = now;
        hear_({.missing = missing, .since = since_, .until = until_});
    }

private:
    const HearWait& hear_;
    RetryClock::Time last_;
    std::chrono::system_clock::time_point since_;
    std::chrono::system_clock::time_point until_;
    std::string told_;
};

}  // namespace

Result<std::vector<InputPath>> wait_for_inputs(const FindInputs& find, milliseconds limit, RetryClock& clock,
                                               const StopFlag* stop, const HearWait& hear) {
    const milliseconds interval = std::clamp(limit / 10, milliseconds(20), milliseconds(1000));
    const RetryClock::Time deadline = clock.now() + limit;
    std::vector<Look> looks;
    Telling telling(hear, clock.now(), limit);
    for (bool first = true;; first = false) {
        auto files = find();
        std::string missing;
        if (files) {
            missing = lacking(*files, looks);
            if (missing.empty()) return files;
        } else if (!is_passing(files.error())) {
            return files;
        } else {
            missing = files.error().message;
        }
        const auto left = std::chrono::duration_cast<milliseconds>(deadline - clock.now());
        if (left.count() <= 0) {
            return external_error("wait_timeout", fmt::format("waited {:g} s for the input, in vain: {}",
                                                              static_cast<double>(limit.count()) / 1000, missing));
        }
        if (!first || looks.empty()) telling.tell(missing, clock.now());
        TRY(clock.wait(std::min(interval, left), stop));
    }
}

}  // namespace sluice
