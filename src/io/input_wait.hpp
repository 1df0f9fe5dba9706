// Waits until the files of a source are there and stand still.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "io/input_paths.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

using FindInputs = std::function<Result<std::vector<InputPath>>()>;

struct InputWait {
    std::string missing;  // "'a.jsonl' is not there"
    std::chrono::system_clock::time_point since;
    std::chrono::system_clock::time_point until;
};
using HearWait = std::function<void(const InputWait&)>;

// Looks with `find` again and again, every second (every tenth of `limit` where that is less), until it finds files and
// two looks, one behind the other, see the same files with the same sizes and times. Fails when that has not come about
// after `limit` (kind external, code "wait_timeout", saying what was missing), when `stop` is set, and at once with an
// error of `find` that no waiting mends: neither "no_match" nor "file_missing" nor retryable.
// `hear` (may be empty) is told what is missing, at first and, at most every ten seconds, when that has changed; not
// where all that is needed is the second look.
[[nodiscard]] Result<std::vector<InputPath>> wait_for_inputs(const FindInputs& find, std::chrono::milliseconds limit,
                                                             RetryClock& clock, const StopFlag* stop,
                                                             const HearWait& hear = {});

}  // namespace sluice
