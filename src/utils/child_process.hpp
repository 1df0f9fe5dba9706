// Runs a program to its end and takes its standard output while it is written.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "utils/result.hpp"
#include "utils/secret.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct ProcessRequest {
    std::vector<std::string> arguments;  // the program first, looked for in PATH; at least one
    std::filesystem::path folder;        // its working directory
    const StopFlag* stop = nullptr;      // may be null
    // Variables that it gets besides ours; they replace those of the same name.
    std::vector<std::pair<std::string, Secret>> environment = {};
};

struct ProcessEnd {
    int exit_code = 0;
    int signal = 0;          // that ended it, or 0
    std::string error_text;  // the end of what it wrote to stderr, in whole lines where they fit
};

// Its stdin is empty; it leads a process group of its own. `take` gets each piece of stdout; the call returns when
// stdout is closed by everyone who has it and the program has ended. Fails when it cannot be started (kind external),
// with the error of `take`, or when `stop` is set: then the whole group has been killed (SIGTERM, and SIGKILL half a
// second later).
[[nodiscard]] Result<ProcessEnd> run_process(const ProcessRequest& request,
                                             const std::function<Result<>(std::string_view)>& take);

}  // namespace sluice
