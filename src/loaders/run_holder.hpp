// Who holds a destination, as its lock says: a process that others can look for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "loaders/destination.hpp"

namespace sluice {

struct RunHolder {
    std::string run;
    std::string pipeline;
    std::int64_t pid = 0;
    std::string host;
    std::string boot;               // the kernel's boot id: differs after each start of the machine
    std::string process_space;      // of process numbers: containers of one machine have numbers of their own
    std::uint64_t start_ticks = 0;  // when the process began, in the kernel's clock ticks since boot
    std::string started;            // the same as a time, YYYY-MM-DDTHH:MM:SSZ
    std::string since;              // when it took the lock
};

// This process, from now on.
[[nodiscard]] RunHolder this_holder(const RunIdentity& identity);
// A line of JSON with a newline.
[[nodiscard]] std::string holder_text(const RunHolder& holder);
// Nothing when `text` names no holder.
[[nodiscard]] std::optional<RunHolder> parse_holder(std::string_view text);
// "run R of pipeline 'P' (process N on HOST, started T) since T".
[[nodiscard]] std::string holder_sentence(const RunHolder& holder);

// Whether it is a process of this machine, since its last start, and has ended. False for what cannot be known from
// here: another machine, another container.
[[nodiscard]] bool has_ended(const RunHolder& holder);

}  // namespace sluice
