#include "pipeline/replay.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "pipeline/quarantine_row.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

Error no_quarantine(const fs::path& state, const std::string& run) {
    std::vector<std::string> runs;
    std::error_code absent;
    for (fs::directory_iterator entry(quarantine_folder(state, run).parent_path(), absent);
         !absent && entry != fs::directory_iterator(); entry.increment(absent))
        runs.push_back(entry->path().filename().string());
    std::ranges::sort(runs, std::ranges::greater());
    constexpr std::size_t kShown = 5;
    if (runs.size() > kShown) runs.resize(kShown);
    return config_error(
        "no_quarantine",
        fmt::format("run '{}' has left no rejected rows in '{}'\n  {}", run,
                    quarantine_folder(state, run).parent_path().lexically_normal().string(),
                    runs.empty() ? "there are none at all; --chdir or --to names the folder that holds `.sluice`"
                                 : fmt::format("the last runs that have: {}", fmt::join(runs, ", "))));
}

std::string shown(const InputFacts& input) { return fmt::format("'{}' ({} bytes)", input.file, input.bytes); }

// What is different first.
Error changed(const std::string& source, const std::string& run, const std::vector<InputFacts>& then,
              const std::vector<InputFacts>& now) {
    std::string what = "it has other files";
    for (std::size_t index = 0; index < std::min(then.size(), now.size()); ++index) {
        if (then[index] == now[index]) continue;
        what = then[index].file != now[index].file || then[index].bytes != now[index].bytes
                   ? fmt::format("{} was {}", shown(now[index]), shown(then[index]))
                   : fmt::format("'{}' was written again", now[index].file);
        break;
    }
    return data_error("input_changed",
                      fmt::format("source '{}': the input is no longer that of run {}: {}. A replay puts mended rows "
                                  "where they stood, so the rest must stand as it stood; run the pipeline instead",
                                  source, run, what));
}

}  // namespace

Result<Replay> Replay::open(const fs::path& state, const ReplayRequest& request) {
    const fs::path folder = quarantine_folder(state, request.run);
    std::error_code absent;
    const bool is_name = fs::path(request.run).filename() == request.run && !request.run.starts_with('.');
    if (!is_name || !fs::exists(folder / "run.json", absent)) return no_quarantine(state, request.run);
    Replay replay;
    TRY_ASSIGN(replay.record_, read_quarantine_record(folder));
    std::vector<fs::path> files = request.rows;
    if (files.empty())
        for (const QuarantineSource& source : replay.record_.sources)
            if (!source.file.empty()) files.push_back(folder / fs::path(source.file).filename());
    for (const fs::path& file : files) TRY(replay.read(file));
    return replay;
}

Result<> Replay::read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return system_error("open", path.string(), errno);
    std::uint64_t number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        if (auto taken = take(line); !taken)
            return taken.error().within(fmt::format("{}:{}: this line is no rejected row", path.string(), number));
    }
    if (file.bad()) return system_error("read", path.string(), errno);
    return {};
}

Result<> Replay::take(const std::string& line) {
    TRY_ASSIGN(QuarantinedRow row, parse_quarantine_row(line));
    if (std::ranges::find(record_.sources, row.source, &QuarantineSource::name) == record_.sources.end())
        return data_error("mended_row", fmt::format("run {} has no source '{}'", record_.run, row.source));
    // As it was: it stays bad.
    if (!row.raw || (row.raw->size() == row.length && crc64nvme(*row.raw) == row.checksum)) return {};
    ++counts_[row.source];
    if (row.raw->find_first_not_of(" \t\r\n") == std::string::npos) ++emptied_[row.source];
    rows_[row.source].push_back({.file = std::move(row.file),
                                 .byte = row.byte,
                                 .length = row.length,
                                 .checksum = row.checksum,
                                 .text = std::move(*row.raw)});
    return {};
}

Result<> Replay::check_config(const Config& config, std::vector<std::string>& warnings) const {
    if (record_.pipeline != config.pipeline)
        return config_error("other_pipeline", fmt::format("run {} was one of pipeline '{}', and this is pipeline '{}'",
                                                          record_.run, record_.pipeline, config.pipeline));
    if (record_.config_hash != config.hash)
        warnings.push_back(
            fmt::format("the config is not as it was in run {}; the outputs are what it says now", record_.run));
    return {};
}

Result<> Replay::mend(const std::vector<std::unique_ptr<ScannableSource>>& sources) {
    for (const auto& source : sources) {
        const auto known = std::ranges::find(record_.sources, source->name(), &QuarantineSource::name);
        if (known == record_.sources.end())
            return data_error("input_changed",
                              fmt::format("run {} did not read source '{}'", record_.run, source->name()));
        TRY_ASSIGN(const auto inputs, source->inputs());
        if (inputs != known->inputs) return changed(source->name(), record_.run, known->inputs, inputs);
        const auto rows = rows_.find(source->name());
        if (rows == rows_.end()) continue;
        if (auto mended = source->mend(std::move(rows->second)); !mended)
            return mended.error().within(fmt::format("source '{}'", source->name()));
        rows_.erase(rows);
    }
    if (rows_.empty()) return {};
    return config_error("mended_row", fmt::format("there are mended rows of source '{}', which nothing here reads",
                                                  rows_.begin()->first));
}

std::uint64_t Replay::mended(const std::string& source) const {
    const auto count = counts_.find(source);
    return count == counts_.end() ? 0 : count->second;
}

Result<> Replay::check(const std::vector<SourceReport>& sources) const {
    for (const SourceReport& source : sources) {
        const auto before = std::ranges::find(record_.sources, source.name, &QuarantineSource::name);
        if (before == record_.sources.end()) continue;
        const std::uint64_t read = before->rows + before->bad_rows;
        const auto emptied = emptied_.find(source.name);
        const std::uint64_t gone = emptied == emptied_.end() ? 0 : emptied->second;
        if (source.rows_read <= read && source.rows_read >= read - gone) continue;
        return internal_error(
            fmt::format("the books of source '{}' do not balance over both runs: run {} read {} rows, "
                        "{} were made empty, and this run read {}; nothing was published",
                        source.name, record_.run, read, gone, source.rows_read));
    }
    return {};
}

}  // namespace sluice
