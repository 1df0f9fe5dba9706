#include "cli/preview_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "cli/terminal_text.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr std::string_view kGap = "  ";
// Narrower than this a cut cell says nothing.
constexpr std::size_t kLeastCut = 8;

bool reads_as_another_value(std::string_view text) {
    if (text.empty() || text == "null" || text == "true" || text == "false") return true;
    if (text.front() == ' ' || text.back() == ' ' || text.front() == '"') return true;
    double ignored = 0;  // only whether it is a number matters
    const bool begins =
        std::string_view("0123456789").find(text[text[0] == '-' && text.size() > 1 ? 1 : 0]) != std::string_view::npos;
    return begins && std::from_chars(text.data(), text.data() + text.size(), ignored).ptr == text.data() + text.size();
}

std::size_t total(const std::vector<std::size_t>& widths) {
    return std::accumulate(widths.begin(), widths.end(), std::size_t{0}) +
           (widths.empty() ? 0 : widths.size() - 1) * kGap.size();
}

// The columns that fit when each is cut as far as it may be; at least one.
std::size_t columns_that_fit(const std::vector<std::size_t>& widths, std::size_t width) {
    std::size_t used = 0;
    for (std::size_t column = 0; column < widths.size(); ++column) {
        used += std::min(widths[column], kLeastCut) + (column > 0 ? kGap.size() : 0);
        if (used > width) return std::max<std::size_t>(column, 1);
    }
    return widths.size();
}

// Lowers the widest columns to one width, as far as is needed.
void cut_widths(std::vector<std::size_t>& widths, std::size_t width) {
    std::size_t cap = std::ranges::max(widths);
    const auto capped = [&](std::size_t most) {
        std::vector<std::size_t> lower = widths;
        for (std::size_t& one : lower) one = std::min(one, most);
        return lower;
    };
    while (cap > 1 && total(capped(cap)) > width) --cap;
    std::vector<std::size_t> lower = capped(cap);
    // What is left over goes to those that were cut, from the left.
    for (std::size_t left = width - std::min(width, total(lower)); left > 0; --left) {
        std::size_t column = 0;
        while (column < lower.size() && lower[column] == widths[column]) ++column;
        if (column == lower.size()) break;
        ++lower[column];
    }
    widths = std::move(lower);
}

class Lines {
public:
    Lines(const std::vector<DataColumn>& columns, const std::vector<std::size_t>& widths)
        : columns_(columns), widths_(widths) {}

    void add(const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t column = 0; column < widths_.size(); ++column) {
            const std::string cell = fit_text(cells[column], widths_[column], kEllipsis);
            const std::string padding(widths_[column] - text_width(cell), ' ');
            if (column > 0) line += kGap;
            line += columns_[column].align == Align::right ? padding + cell : cell + padding;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text_ += line + '\n';
    }
    void add_rule() {
        std::string line;
        for (const std::size_t width : widths_) {
            if (!line.empty()) line += kGap;
            for (std::size_t column = 0; column < width; ++column) line += "─";
        }
        text_ += line + '\n';
    }
    std::string take() { return std::move(text_); }

private:
    const std::vector<DataColumn>& columns_;
    const std::vector<std::size_t>& widths_;
    std::string text_;
};

}  // namespace

std::string cell_text(const std::string& json) {
    const Token token = token_of(json);
    if (token.kind != Kind::text) return escaped(json);
    std::string text;
    append_decoded(token, text);
    return reads_as_another_value(text) ? escaped(json) : escaped(text);
}

std::string data_table(const std::vector<DataColumn>& columns, const std::vector<std::vector<std::string>>& cells,
                       std::size_t width) {
    if (columns.empty()) return "";
    std::vector<std::string> names;
    std::vector<std::size_t> widths;
    for (std::size_t column = 0; column < columns.size(); ++column) {
        names.push_back(escaped(columns[column].name));
        widths.push_back(std::max<std::size_t>(text_width(names.back()), 1));
        for (const auto& row : cells) widths.back() = std::max(widths.back(), text_width(row[column]));
    }
    widths.resize(columns_that_fit(widths, width));
    if (total(widths) > width) cut_widths(widths, width);
    Lines lines(columns, widths);
    lines.add(names);
    lines.add_rule();
    for (const auto& row : cells) lines.add(row);
    std::string text = lines.take();
    if (widths.size() < names.size()) {
        names.erase(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(widths.size()));
        text += fit_text(fmt::format("and {} more column{}: {}", names.size(), names.size() == 1 ? "" : "s",
                                     fmt::join(names, ", ")),
                         width, kEllipsis) +
                '\n';
    }
    return text;
}

}  // namespace sluice
