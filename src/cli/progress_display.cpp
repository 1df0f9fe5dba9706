#include "cli/progress_display.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include "cli/progress_view.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_text.hpp"
#include "utils/heap.hpp"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds kInterval{100};
// A folder of spilled blocks may hold many files; looking at them is not worth more than this often.
constexpr std::chrono::milliseconds kSpillInterval{500};

// ECMA-48: move up to the first of `lines` lines and erase from there to the end of the screen.
std::string back_over(std::size_t lines) { return lines == 0 ? "" : fmt::format("\x1b[{}A\r\x1b[J", lines); }

std::uint64_t disk_bytes(const struct stat& file) { return static_cast<std::uint64_t>(file.st_blocks) * 512; }

// What lies in the folder, and what was in it and has no name any more but is still open. Files come and go while it
// looks; those that went count nothing.
std::uint64_t temporary_bytes(const std::filesystem::path& folder) {
    struct stat place {};
    if (::stat(folder.c_str(), &place) != 0) return 0;
    std::uint64_t bytes = 0;
    std::error_code gone;
    struct stat file {};
    for (std::filesystem::recursive_directory_iterator entry(folder, gone), end; !gone && entry != end;
         entry.increment(gone))
        if (::lstat(entry->path().c_str(), &file) == 0 && S_ISREG(file.st_mode)) bytes += disk_bytes(file);
    for (std::filesystem::directory_iterator entry("/proc/self/fd", gone), end; !gone && entry != end;
         entry.increment(gone))
        if (::stat(entry->path().c_str(), &file) == 0 && S_ISREG(file.st_mode) && file.st_nlink == 0 &&
            file.st_dev == place.st_dev)
            bytes += disk_bytes(file);
    return bytes;
}

// What a terminal shows of a run.
class BarScreen {
public:
    [[nodiscard]] std::vector<std::string> lines(const Progress& progress, std::chrono::steady_clock::time_point now) {
        const TerminalSize size = terminal_size(STDERR_FILENO);
        std::vector<std::string> lines;
        if (const auto stage = progress.stage()) {
            look_at_disk(progress, now);
            lines.push_back(stage_line({stage->name, stage->since, resident_bytes(), spilled_}, now, size.width));
        }
        const std::size_t left = size.height > lines.size() ? size.height - lines.size() : 1;
        std::ranges::move(view_.bar_lines(task_facts(progress), now, size.width, left), std::back_inserter(lines));
        // Nothing else goes on while a source is waited for.
        if (const auto wait = progress.wait())
            lines.push_back(fit_text(wait_text(*wait), std::max<std::size_t>(size.width, 2) - 1));
        return lines;
    }

private:
    void look_at_disk(const Progress& progress, std::chrono::steady_clock::time_point now) {
        if (looked_ && now - *looked_ < kSpillInterval) return;
        looked_ = now;
        const std::filesystem::path folder = progress.scratch();
        spilled_ = folder.empty() ? 0 : temporary_bytes(folder);
    }

    ProgressView view_;
    std::optional<std::chrono::steady_clock::time_point> looked_;
    std::uint64_t spilled_ = 0;
};

}  // namespace

ProgressStyle automatic_progress_style() {
    const char* terminal = std::getenv("TERM");
    const bool moves_cursor = terminal != nullptr && std::string_view(terminal) != "dumb";
    return ::isatty(STDERR_FILENO) == 1 && moves_cursor ? ProgressStyle::bar : ProgressStyle::plain;
}

ProgressDisplay::ProgressDisplay(const Progress& progress, ProgressStyle style) {
    if (style == ProgressStyle::none) return;
    // The thread inherits a mask without the stopping signals: they are for the main thread's handler.
    sigset_t all{};
    sigset_t before{};
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::thread([this, &progress, style] { draw_until_end(progress, style); });
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void ProgressDisplay::end() {
    if (!thread_.joinable()) return;
    {
        const std::scoped_lock lock(mutex_);
        ended_ = true;
    }
    ended_changed_.notify_all();
    thread_.join();
}

void ProgressDisplay::draw_until_end(const Progress& progress, ProgressStyle style) {
    ProgressView view;
    BarScreen screen;
    std::size_t drawn = 0;
    std::unique_lock lock(mutex_);
    for (bool last = false; !last;) {
        last = ended_changed_.wait_for(lock, kInterval, [this] { return ended_; });
        const auto now = std::chrono::steady_clock::now();
        std::vector<std::string> lines;
        if (style == ProgressStyle::plain) {
            lines = view.plain_wait(progress.wait());
            std::ranges::move(view.plain_lines(task_facts(progress), now), std::back_inserter(lines));
        } else if (!last) {
            lines = screen.lines(progress, now);
        }
        std::string text = style == ProgressStyle::bar ? back_over(drawn) : "";
        for (const std::string& line : lines) text += line + '\n';
        drawn = lines.size();
        if (!text.empty()) write_to_stderr(text);
    }
}

}  // namespace sluice
