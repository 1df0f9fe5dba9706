// `.sluice/ledger.db`: what every run did, kept for years in SQLite, so that "what ran last night, and how long did it
// take" has an answer. Nothing that a run publishes depends on it: whoever loses it loses the history alone.
//
// A run puts its report in at its start, with status "running", and again at its end. One thread; several processes may
// have the ledger open at once, and wait for one another. Errors are kind external, without consequences for the run:
// the caller makes them warnings.
//
// It keeps no row of the data: of an error only the first line, which may quote the first value at fault, so the file
// has mode 0600.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "monitoring/ledger/database.hpp"
#include "monitoring/report.hpp"
#include "utils/result.hpp"

namespace sluice {

struct RunFilter {
    std::string pipeline = {};               // "": all
    std::string status = {};                 // "": all
    std::optional<std::uint64_t> most = {};  // the newest so many
    bool parts = true;                       // with stages and all
};

class Ledger {
public:
    // `state` is `.sluice` or what stands for it; made if it is absent, like the ledger in it. A damaged ledger is put
    // aside as ledger.db.corrupt-<time>, and a new one begun. The runs of a `runs.jsonl`, as versions before wrote it,
    // are taken in once, and the file is renamed to runs.jsonl.imported. Both are told in `notes`, as whole sentences.
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> open(const std::filesystem::path& state,
                                                              std::vector<std::string>& notes);
    // The same for one that was found to be damaged.
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> begin_anew(const std::filesystem::path& state,
                                                                    std::vector<std::string>& notes);
    // Null when there is none. Changes nothing; works where nothing can be written.
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> open_to_read(const std::filesystem::path& state);

    // False once the file was moved away or replaced: what is put in from then on nobody would see.
    [[nodiscard]] bool in_place() const;

    // Puts the run in, in place of what is there of it.
    [[nodiscard]] Result<> put(const RunReport& report);
    // Gives runs that did not end, and whose process is gone, the status "crashed"; tells which.
    [[nodiscard]] Result<std::vector<RunReport>> mark_crashed();
    [[nodiscard]] Result<> remove(const std::vector<std::string>& runs);

    // The newest first; `bad_rows` is always empty. A run that did not end, and whose process is
    // gone, has the status "crashed", marked or not.
    [[nodiscard]] Result<std::vector<RunReport>> runs(const RunFilter& filter) const;
    // The one whose id is, or begins with, `run`. Fails (kind config) where there is none or more than one.
    [[nodiscard]] Result<RunReport> run(const std::string& run) const;
    // When the last run of this pipeline and environment that was good, and no dry run, ended.
    [[nodiscard]] Result<std::optional<WallTime>> last_success(const std::string& pipeline,
                                                               const std::string& environment) const;

private:
    Ledger(const std::filesystem::path& state, std::unique_ptr<Database> database);
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> open_sound(const std::filesystem::path& state);
    [[nodiscard]] static Result<std::unique_ptr<Ledger>> replace(const std::filesystem::path& state,
                                                                 const std::string& why,
                                                                 std::vector<std::string>& notes);
    [[nodiscard]] Result<std::vector<RunReport>> unfinished() const;
    [[nodiscard]] Result<> write_parts(const RunReport& report);

    std::filesystem::path path_;
    std::unique_ptr<Database> database_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace sluice
