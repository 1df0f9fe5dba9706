#include "cli/signals.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>

namespace sluice {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM, SIGHUP};

std::atomic<StopFlag*> stop_flag{nullptr};
std::array<struct sigaction, kSignals.size()> previous_actions{};

static_assert(std::atomic<StopFlag*>::is_always_lock_free, "a signal handler may use it");

void on_signal(int signal) {
    StopFlag* flag = stop_flag.load();
    if (flag == nullptr || flag->stopped()) ::_exit(128 + signal);
    flag->set(signal);
}

}  // namespace

StopOnSignals::StopOnSignals(StopFlag& stop) {
    stop_flag = &stop;
    struct sigaction action {};
    action.sa_handler = on_signal;
    ::sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    for (std::size_t index = 0; index < kSignals.size(); ++index) {
        ::sigaction(kSignals.at(index), &action, &previous_actions.at(index));
        // What started us in the background with a signal ignored (nohup, a shell without job control) keeps it so.
        if (previous_actions.at(index).sa_handler == SIG_IGN) {
            ::sigaction(kSignals.at(index), &previous_actions.at(index), nullptr);
        }
    }
}

StopOnSignals::~StopOnSignals() {
    for (std::size_t index = 0; index < kSignals.size(); ++index) {
        ::sigaction(kSignals.at(index), &previous_actions.at(index), nullptr);
    }
    stop_flag = nullptr;
}

}  // namespace sluice
