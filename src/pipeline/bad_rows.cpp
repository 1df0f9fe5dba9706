#include "pipeline/bad_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/characters.hpp"
#include "monitoring/number_text.hpp"
#include "utils/shell_words.hpp"

namespace sluice {

namespace {

// "100%", "4.17%", "0.004%"; no share that is not nothing shows as 0.
std::string share_text(std::uint64_t part, std::uint64_t whole) {
    const double percent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    if (percent < 0.0005) return "less than 0.001%";
    std::string text = fmt::format("{:.{}f}", percent, percent >= 1 ? 2 : 3);
    if (part < whole && text.starts_with("100")) text = "99.99";
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text + '%';
}

// The most frequent first.
std::string reasons_text(const std::map<std::string, std::uint64_t, std::less<>>& by_code) {
    std::vector<std::pair<std::string, std::uint64_t>> reasons(by_code.begin(), by_code.end());
    std::ranges::stable_sort(reasons, std::ranges::greater(), [](const auto& reason) { return reason.second; });
    std::vector<std::string> texts;
    for (const auto& [code, count] : reasons) texts.push_back(fmt::format("{} {}", count_text(count), code));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::string caret_line(std::string_view excerpt, std::size_t caret) {
    std::size_t columns = 0;
    for (std::string_view before = excerpt.substr(0, caret); !before.empty();) {
        const Character character = first_character(before);
        columns += character.length == 0 ? 1 : width(character.code_point);
        before.remove_prefix(std::max<std::size_t>(1, character.length));
    }
    return std::string(columns, ' ') + '^';
}

void append_row(const BadRow& row, const SecretMask& mask, std::string& message) {
    fmt::format_to(std::back_inserter(message), "\n  {}:{}: byte {}: {}{}: {}", row.file, row.line, row.fault, row.code,
                   row.column.empty() ? "" : fmt::format(" in column '{}'", row.column), row.message);
    if (row.excerpt.empty()) return;
    std::string excerpt = row.excerpt;
    mask.apply(excerpt);
    message += "\n    " + excerpt;
    // Where something was masked the caret has lost its place.
    if (excerpt == row.excerpt) message += "\n    " + caret_line(excerpt, row.caret);
}

}  // namespace

std::string bad_rows_sentence(const SourceReport& source) {
    std::string text =
        fmt::format("{} of {} rows ({}) of '{}' {} bad", count_text(source.bad_rows), count_text(source.rows_read),
                    share_text(source.bad_rows, source.rows_read), source.name, source.bad_rows == 1 ? "is" : "are");
    if (!source.bad_by_code.empty()) text += ": " + reasons_text(source.bad_by_code);
    return text;
}

std::optional<Error> refuse_bad_rows(const std::vector<BadSource>& sources, const SecretMask& mask) {
    std::string message;
    for (const BadSource& source : sources) {
        if (!source.is_over()) continue;
        const std::string& limit = source.limit.text;
        fmt::format_to(std::back_inserter(message), "{}{}; {} may be", message.empty() ? "" : "\n",
                       bad_rows_sentence(source.report),
                       source.limit.rows == 0 && !source.limit.millionths ? "none" : "at most " + limit);
        for (const BadRow& row : source.first) append_row(row, mask, message);
        if (!source.report.quarantine.empty())
            fmt::format_to(std::back_inserter(message), "\n  {} in {}",
                           source.report.bad_rows == 1 ? "the bad row is" : "all bad rows are",
                           source.report.quarantine);
    }
    if (message.empty()) return std::nullopt;
    return data_error("bad_rows", std::move(message));
}

std::string accepting_options(const std::vector<BadSource>& sources) {
    std::string options;
    for (const BadSource& source : sources) {
        if (!source.is_over()) continue;
        const std::string setting =
            fmt::format("data_sources[{}].max_bad_rows={}", source.report.name, source.report.bad_rows);
        options += fmt::format("{}--set {}", options.empty() ? "" : " ", shell_word(setting));
    }
    return options;
}

}  // namespace sluice
