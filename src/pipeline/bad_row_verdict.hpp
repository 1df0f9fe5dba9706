// Decides what becomes of a run whose sources have bad rows: all of them are kept in quarantine, then the config's
// max_bad_rows says whether the run goes on without them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/report.hpp"
#include "pipeline/quarantine.hpp"
#include "pipeline/read_source.hpp"
#include "pipeline/secret_mask.hpp"
#include "utils/result.hpp"

namespace sluice {

struct BadRowVerdict {
    std::optional<Error> refusal;       // nothing: the run goes on
    std::string accept;                 // options of a command that goes on without these rows
    std::vector<std::string> warnings;  // whole sentences
};

// Of this run, without sources. `only` is what the command chose.
[[nodiscard]] QuarantineRecord quarantine_record(const RunReport& report, const std::vector<std::string>& only);

// `reports` are those of `sources`, and get the names of the quarantine's files. `record` says of which run the rows
// are; its sources are filled in here. `state` is `.sluice` or what stands for it. The rows of a dry run are kept as
// well: what was found out about the input is worth keeping whatever becomes of the outputs.
[[nodiscard]] BadRowVerdict judge_bad_rows(const std::vector<ReadSource>& sources, std::vector<SourceReport>& reports,
                                           QuarantineRecord record, const std::filesystem::path& state,
                                           const SecretMask& mask);

}  // namespace sluice
