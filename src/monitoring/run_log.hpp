// The log of a run: a record for each thing that a RunListener hears, with the run's id and the stage, as text or as
// one JSON object a line (docs/reference/run-log.md), to stderr, to a file, or to both. Made once for a run; one
// thread.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "monitoring/run_listener.hpp"
#include "utils/result.hpp"

namespace sluice {

enum class LogFormat { text, json };

struct LogSettings {
    LogFormat format = LogFormat::text;
    std::optional<std::filesystem::path> file;  // appended to; made with mode 0600, since messages may quote data
    bool to_stderr = false;
};

class RunLog final : public RunListener {
public:
    // Fails (kind external) when the file cannot be opened, and (kind config) when it is there and is no log of a run:
    // an input, an output or a config is not appended to.
    [[nodiscard]] static Result<std::unique_ptr<RunLog>> open(const LogSettings& settings);
    // A log as JSON whose file is not known yet: records are held until keep_in() names it. Of messages it keeps the
    // first line: what follows may quote rows.
    [[nodiscard]] static std::unique_ptr<RunLog> to_be_kept();
    // Once, of a log from to_be_kept(). Fails as open() does.
    [[nodiscard]] Result<> keep_in(const std::filesystem::path& file);
    // Whether a record could not be written (a full disk). The run goes on: it matters more than its log.
    [[nodiscard]] bool incomplete() const noexcept;
    ~RunLog() override;

    void run_started(const RunReport& report) override;
    void stage_started(std::string_view stage) override;
    void source_waits(const WaitReport& wait) override;
    void source_read(const SourceReport& source) override;
    void output_written(const OutputReport& output) override;
    void stage_ended(const StageReport& stage) override;
    void run_ended(const RunReport& report) override;

private:
    struct State;
    explicit RunLog(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace sluice
