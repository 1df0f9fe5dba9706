// Writes the rows that a run rejected: `.sluice/quarantine/<run>/` with a file of lines for each source that has bad
// rows (quarantine_row.hpp), and `run.json`, which says of which run and of which input they are.
//
// Order of calls: make(), add() for each source, finish(). The folder has mode 0700 and its files 0600: they hold what
// is in the input. Without finish() the destructor removes the folder. Failures are kind external, and name the cure.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/bad_row_spool.hpp"
#include "pipeline/secret_mask.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

using CountByCode = std::map<std::string, std::uint64_t, std::less<>>;

[[nodiscard]] Result<CountByCode> count_by_code(BadRowSpool& rows);

struct QuarantineSource {
    std::string name;
    std::string file;  // in the folder; empty: it has no bad rows
    std::uint64_t rows = 0;
    std::uint64_t bad_rows = 0;
    std::vector<InputFacts> inputs;
};

// What `run.json` holds.
struct QuarantineRecord {
    std::string run;
    std::string pipeline;
    std::filesystem::path config;  // absolute
    std::string config_hash;
    std::string environment;
    std::vector<std::pair<std::string, std::string>> params;
    std::vector<std::string> only;
    std::vector<QuarantineSource> sources;
};

class Quarantine {
public:
    // `state` is `.sluice` or what stands for it (pipeline/state_folder.hpp); made if it is absent.
    [[nodiscard]] static Result<Quarantine> make(const std::filesystem::path& state, const std::string& run);
    ~Quarantine();
    Quarantine(Quarantine&& other) noexcept;
    Quarantine& operator=(Quarantine&&) = delete;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
    // Writes the source's rows in input order; gives the file's name.
    [[nodiscard]] Result<std::string> add(const ScannableSource& source, BadRowSpool& rows, const SecretMask& mask);
    [[nodiscard]] Result<> finish(const QuarantineRecord& record);

private:
    explicit Quarantine(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path folder_;
    bool finished_ = false;
};

// The folder of a run's rejected rows; of those of all runs when `run` is "".
[[nodiscard]] std::filesystem::path quarantine_folder(const std::filesystem::path& state, const std::string& run);
// Fails (kind config) when there is none, or its `run.json` is not readable.
[[nodiscard]] Result<QuarantineRecord> read_quarantine_record(const std::filesystem::path& folder);

}  // namespace sluice
