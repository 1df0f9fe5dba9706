#include "cli/preview_suggestions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <optional>

#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {
namespace {

// More values than this are no list that somebody keeps up.
constexpr std::size_t kMostAccepted = 20;

// In quotes where YAML would read it as something else.
std::string yaml_text(const std::string& text) {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    constexpr std::string_view kMore = "0123456789";
    static constexpr std::array<std::string_view, 8> kWords{"true", "false", "null", "yes", "no", "on", "off", "y"};
    std::string lower = text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char letter) { return std::tolower(letter); });
    const bool is_plain = !text.empty() && kLetters.find(text.front()) != std::string_view::npos &&
                          text.find_first_not_of(std::string(kLetters) + std::string(kMore)) == std::string::npos &&
                          std::ranges::find(kWords, lower) == kWords.end() && lower != "n";
    if (is_plain) return text;
    std::string quoted;
    append_quoted(text, quoted);
    return quoted;
}

class Suggestion {
public:
    explicit Suggestion(const RowsProfile& profile) : profile_(profile) {}

    std::string text() {
        add(fmt::format("row_count: {{min: {}}}", std::max<std::uint64_t>(1, profile_.rows / 2)));
        add_not_null();
        for (const ColumnProfile& column : profile_.columns) add_column(column);
        return fmt::format("# {} of '{}' meet this; it goes into that source or step.\nexpect:\n{}",
                           profile_.rows == 1 ? "1 row" : count_text(profile_.rows) + " rows", printable(profile_.name),
                           fmt::join(lines_, ""));
    }

private:
    void add(const std::string& expectation) { lines_.push_back(fmt::format("  - {}\n", expectation)); }

    void add_not_null() {
        std::vector<std::string> columns;
        for (const ColumnProfile& column : profile_.columns)
            if (column.nulls() == 0) columns.push_back(yaml_text(column.column().name));
        if (!columns.empty()) add(fmt::format("not_null: [{}]", fmt::join(columns, ", ")));
    }

    void add_column(const ColumnProfile& column) {
        const std::string name = yaml_text(column.column().name);
        const std::uint64_t values = profile_.rows - column.nulls();
        if (values == 0) return;
        if (column.nulls() > 0)
            add(fmt::format("null_rate: {{column: {}, max: {}%}}", name,
                            (column.nulls() * 100 + profile_.rows - 1) / profile_.rows));
        if (column.column().meaning != Meaning::value) return;
        if (column.all_times()) return add(fmt::format("type: {{column: {}, is: timestamp}}", name));
        if (is_key(column, values)) add(fmt::format("unique: {}", name));
        if (column.count(Kind::number) == values) return add_range(column, name);
        if (column.count(Kind::text) == values) add_values(column, name, values);
    }

    // Measured numbers differ by chance; whole ones and texts do so by design.
    static bool is_key(const ColumnProfile& column, std::uint64_t values) {
        if (!column.exact() || values < 2 || column.distinct() != values) return false;
        if (column.count(Kind::text) == values) return true;
        return column.count(Kind::number) == values && is_integer_form(token_of(*column.least())) &&
               is_integer_form(token_of(*column.greatest()));
    }

    void add_range(const ColumnProfile& column, const std::string& name) {
        add(fmt::format("between: {{column: {}, min: {}, max: {}}}", name, *column.least(), *column.greatest()));
    }

    // Few values that are many times there.
    void add_values(const ColumnProfile& column, const std::string& name, std::uint64_t values) {
        if (!column.exact() || column.distinct() > kMostAccepted || column.distinct() * 2 > values) return;
        auto counts = column.top(kMostAccepted);
        std::ranges::sort(counts, {}, &ValueCounts::Count::key);
        std::vector<std::string> texts;
        for (const ValueCounts::Count& count : counts) texts.push_back(yaml_text(count.key.substr(1)));
        add(fmt::format("accepted_values: {{column: {}, values: [{}]}}", name, fmt::join(texts, ", ")));
    }

    const RowsProfile& profile_;
    std::vector<std::string> lines_;
};

}  // namespace

std::string suggested_expectations(const RowsProfile& profile) { return Suggestion(profile).text(); }

}  // namespace sluice
