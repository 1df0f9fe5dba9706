#include "pipeline/folder_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "extractors/input_formats.hpp"
#include "formats/scan/utf8.hpp"
#include "io/input_file.hpp"
#include "io/input_paths.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/source_rows.hpp"
#include "plan/relational/source_survey.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = formats::utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }

// Each run of digits becomes a slash, which no file's name has: what the files of a series have in common.
std::string series_of(std::string_view file) {
    std::string series;
    for (const char letter : file) {
        if (!is_digit(letter)) {
            series += letter;
        } else if (series.empty() || series.back() != '/') {
            series += '/';
        }
    }
    return series;
}

std::string pattern_of(std::string series) {
    std::ranges::replace(series, '/', '*');
    return series;
}

Result<std::vector<std::string>> data_files(const fs::path& folder, std::vector<LeftOutFile>& left_out) {
    std::error_code fault;
    std::vector<std::string> files;
    std::string others;
    for (fs::directory_iterator entry(folder, fault); !fault && entry != fs::directory_iterator();
         entry.increment(fault)) {
        std::error_code gone;
        const std::string name = entry->path().filename().string();
        if (name.starts_with('.') || !entry->is_regular_file(gone)) continue;
        // A .json file is as often a report or settings as it is rows.
        const InputFormat* format = format_of_name(name);
        if (format == nullptr || format->name == "json") {
            others += (others.empty() ? "" : ", ") + name;
        } else if (!is_valid_utf8(name)) {
            left_out.push_back({"a file whose name is not UTF-8", "a config cannot name it"});
        } else {
            files.push_back(name);
        }
    }
    if (fault) return system_error("read the folder", folder.string(), fault.value());
    std::ranges::sort(files);
    if (!files.empty()) return files;
    return external_error(
        "no_data_files",
        fmt::format("no data files in '{}': init looks for names that end in .csv, .tsv, .jsonl or .ndjson, with or "
                    "without .gz "
                    "or .zst{}",
                    folder.string(), others.empty() ? "" : fmt::format("\n  there are only: {}", others)));
}

// Files that a pattern of their own gathers, the others one by one.
std::vector<SurveyedSource> group_files(const fs::path& folder, const std::vector<std::string>& files) {
    std::map<std::string, std::vector<std::string>> series;
    for (const std::string& file : files) series[series_of(file)].push_back(file);
    std::vector<SurveyedSource> sources;
    for (auto& [common, members] : series) {
        const std::string pattern = pattern_of(common);
        SurveyedSource source;
        source.files = std::move(members);
        if (source.files.size() > 1) {
            source.pattern = pattern;
            const auto matched = find_inputs(folder, {pattern});
            const bool exact = matched && std::ranges::equal(*matched, source.files, {}, &InputPath::name);
            if (!exact) source.pattern.clear();
        }
        const fs::path stem = fs::path(without_compression(source.files.size() > 1 ? pattern : source.files[0])).stem();
        source.name = plain_name(stem.string(), "source");
        sources.push_back(std::move(source));
    }
    return sources;
}

void make_names_unique(std::vector<SurveyedSource>& sources) {
    std::set<std::string> taken;
    for (SurveyedSource& source : sources) {
        const std::string base = source.name;
        for (int number = 2; !taken.insert(source.name).second; ++number)
            source.name = fmt::format("{}_{}", base, number);
    }
}

std::string bad_rows_reason(const ScanSummary& summary) {
    const BadRow& first = summary.first_bad_rows.front();
    return fmt::format("{} of {} lines {} no row; the first is line {} of {}: {}", count_text(summary.bad_rows),
                       count_text(summary.rows + summary.bad_rows), summary.bad_rows == 1 ? "is" : "are", first.line,
                       first.file, first.message);
}

// Reads the source twice: for its columns, and for their values.
Result<std::string> survey(const fs::path& folder, int threads, const StopFlag& stop, SurveyedSource& source) {
    std::vector<InputFile> files;
    for (const std::string& name : source.files) {
        TRY_ASSIGN(InputFile file, InputFile::open(folder / name, name));
        files.push_back(std::move(file));
    }
    // Files of one source differ only in the digits of their names.
    const InputFormat& format = *format_of_name(source.files.front());
    TRY_ASSIGN(const auto opened, format.open(std::move(files), {.name = source.name, .types = {}}, {}));
    source.bytes = opened->bytes();
    TRY_ASSIGN(const ScanSummary summary, survey_source(*opened, threads, nullptr, &stop));
    if (summary.bad_rows > 0) return bad_rows_reason(summary);
    const auto rows = source_rows(*opened, summary, nullptr, &stop);
    TRY_ASSIGN(std::vector<ColumnProfile> profiles, profile_rows(*rows, source.rows));
    for (std::size_t column = 0; column < profiles.size(); ++column)
        source.columns.push_back({std::move(profiles[column]), summary.columns[column].numbers});
    return std::string();
}

}  // namespace

std::string plain_name(std::string_view text, std::string_view otherwise) {
    std::string name;
    for (const char letter : text) {
        const bool plain = is_digit(letter) || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
        if (plain) {
            name += letter;
        } else if (!name.empty() && name.back() != '_') {
            name += '_';
        }
    }
    while (name.ends_with('_')) name.pop_back();
    if (name.empty()) return std::string(otherwise);
    return is_digit(name.front()) ? fmt::format("{}_{}", otherwise, name) : name;
}

Result<FolderSurvey> survey_folder(const fs::path& folder, int threads, const StopFlag& stop) {
    FolderSurvey found;
    TRY_ASSIGN(const auto files, data_files(folder, found.left_out));
    std::vector<SurveyedSource> sources = group_files(folder, files);
    make_names_unique(sources);
    for (SurveyedSource& source : sources) {
        TRY_ASSIGN(const std::string reason, survey(folder, threads, stop, source));
        if (reason.empty()) {
            found.sources.push_back(std::move(source));
        } else {
            found.left_out.push_back({source.pattern.empty() ? source.files[0] : source.pattern, reason});
        }
    }
    if (!found.sources.empty()) return found;
    std::string reasons;
    for (const LeftOutFile& file : found.left_out) reasons += fmt::format("\n  {}: {}", file.file, file.reason);
    return data_error("no_good_file", fmt::format("no file of '{}' can be read:{}", folder.string(), reasons));
}

}  // namespace sluice
