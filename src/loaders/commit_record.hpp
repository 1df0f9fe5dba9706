// What a run has decided to publish: the journal of a commit. Once it is recorded at the destination the run's outputs
// are the new set, and whoever finds the record later, this run or the next one, has all that it takes to finish.
//
//   {"sluice_commit": 1, "layout": TEXT, "run": TEXT, "pipeline": TEXT, "decided_at": "YYYY-MM-DDTHH:MM:SSZ",
//    "entries": [{"name": TEXT, "staged": ANY, "bytes": N, "crc64nvme": 16 HEX DIGITS}]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "utils/result.hpp"

namespace sluice {

struct CommitEntry {
    std::string name;    // as readers name it, below the destination
    std::string staged;  // where its bytes wait: only the destination reads this
    std::uint64_t bytes = 0;
    std::uint64_t crc64nvme = 0;
};

struct CommitRecord {
    std::string layout;  // how the entries are shown: "files", "snapshot", "objects"
    std::string run;
    std::string pipeline;
    std::string decided_at;
    std::vector<CommitEntry> entries;  // in the order in which they are shown; the last one makes the set valid
};

[[nodiscard]] std::string commit_record_text(const CommitRecord& record);
// Nothing when `text` is no record: it was cut by a loss of power, which `durability: none` allows. Fails (kind
// conflict) when a newer Sluice wrote it: `place` names it in the message.
[[nodiscard]] Result<std::optional<CommitRecord>> parse_commit_record(std::string_view text, const std::string& place);

// The time now, as records and manifests write it.
[[nodiscard]] std::string utc_now_text();

}  // namespace sluice
