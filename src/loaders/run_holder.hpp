// Who holds a destination, as its lock says: a process that others can look for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loaders/destination.hpp"
#include "utils/process_identity.hpp"

namespace sluice {

struct RunHolder {
    std::string run;
    std::string pipeline;
    ProcessIdentity process;
    std::string started;  // when the process began, YYYY-MM-DDTHH:MM:SSZ
    std::string since;    // when it took the lock
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
// here: another machine, another container, an earlier start.
[[nodiscard]] bool has_ended(const RunHolder& holder);

}  // namespace sluice
