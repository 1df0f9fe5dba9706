#include "cli/progress_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string_view>

#include "cli/progress_view.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_text.hpp"

namespace sluice {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

// ECMA-48: move up to the first of `lines` lines and erase from there to the end of the screen.
std::string back_over(std::size_t lines) { return lines == 0 ? "" : fmt::format("\x1b[{}A\r\x1b[J", lines); }

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
    std::size_t drawn = 0;
    std::unique_lock lock(mutex_);
    for (bool last = false; !last;) {
        last = ended_changed_.wait_for(lock, kInterval, [this] { return ended_; });
        const auto now = std::chrono::steady_clock::now();
        const std::optional<WaitReport> wait = progress.wait();
        std::vector<std::string> lines;
        if (style == ProgressStyle::plain) {
            lines = view.plain_wait(wait);
            std::ranges::move(view.plain_lines(task_facts(progress), now), std::back_inserter(lines));
        } else if (!last) {
            const TerminalSize size = terminal_size(STDERR_FILENO);
            lines = view.bar_lines(task_facts(progress), now, size.width, size.height);
            // Nothing else goes on while a source is waited for.
            if (wait) lines.push_back(fit_text(wait_text(*wait), std::max<std::size_t>(size.width, 2) - 1));
        }
        std::string text = style == ProgressStyle::bar ? back_over(drawn) : "";
        for (const std::string& line : lines) text += line + '\n';
        drawn = lines.size();
        if (!text.empty()) write_to_stderr(text);
    }
}

}  // namespace sluice
