// Names a process so that a later one can tell whether it still lives: its number alone is given out again.
#pragma once

#include <cstdint>
#include <string>

namespace sluice {

struct ProcessIdentity {
    std::int64_t pid = 0;
    std::string host;
    std::string boot;               // the kernel's boot id: another one after each start of the machine
    std::string process_space;      // of process numbers: containers of one machine have numbers of their own
    std::uint64_t start_ticks = 0;  // when it began, in the kernel's clock ticks since boot
};

// Read from /proc; what cannot be read there is left empty.
[[nodiscard]] ProcessIdentity this_process();

// Whether it was a process of this machine and has ended. False for what cannot be known from here: another machine,
// another container.
[[nodiscard]] bool has_ended(const ProcessIdentity& process);

}  // namespace sluice
