#include "cli/preview_stats.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "cli/preview_table.hpp"
#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kTop = 5;
constexpr std::size_t kLongestTop = 24;

constexpr std::array<std::pair<Kind, std::string_view>, 6> kKinds{{{Kind::text, "text"},
                                                                   {Kind::number, "number"},
                                                                   {Kind::true_, "true"},
                                                                   {Kind::false_, "false"},
                                                                   {Kind::array, "array"},
                                                                   {Kind::object, "object"}}};

// As an output would write it, in JSON.
std::string rendered(const ColumnProfile& column, ValueStyle style, const std::string& json) {
    std::string text;
    ValueRendering(column.column(), style).append(token_of(json), text);
    return text;
}

std::string kinds_text(const ColumnProfile& column) {
    std::vector<std::string> kinds;
    for (const auto& [kind, name] : kKinds)
        if (column.count(kind) > 0) kinds.push_back(fmt::format("{} {}", name, count_text(column.count(kind))));
    if (kinds.size() == 1) kinds[0] = kinds[0].substr(0, kinds[0].find(' '));
    return kinds.empty() ? "only nulls" : fmt::format("{}", fmt::join(kinds, ", "));
}

std::string top_text(const ColumnProfile& column, ValueStyle style) {
    std::vector<std::string> values;
    for (const ValueCounts::Count& count : column.top(kTop)) {
        if (count.at_most == 1) break;  // as frequent as any other
        const std::string value = cell_text(rendered(column, style, key_token(count.key, true)));
        values.push_back(fmt::format("{} {}{}", fit_text(value, kLongestTop, "…"), column.exact() ? "" : "~",
                                     count_text(count.at_least)));
    }
    return fmt::format("{}", fmt::join(values, ", "));
}

std::string value_text(const ColumnProfile& column, ValueStyle style, const std::optional<std::string>& json) {
    return json ? cell_text(rendered(column, style, *json)) : "";
}

// Values of any JSON kind, numbers to the letter: so the text is put together here, and not by a library that would
// read them.
std::string column_json(const ColumnProfile& column, ValueStyle style) {
    const auto value = [&](const std::optional<std::string>& json) {
        return json ? rendered(column, style, *json) : std::string("null");
    };
    Json kinds = Json::object();
    for (const auto& [kind, name] : kKinds)
        if (column.count(kind) > 0) kinds[std::string(name)] = column.count(kind);
    std::vector<std::string> top;
    for (const ValueCounts::Count& count : column.top(kTop))
        top.push_back(fmt::format(R"({{"value": {}, "at_least": {}, "at_most": {}}})",
                                  rendered(column, style, key_token(count.key, true)), count.at_least, count.at_most));
    std::string name;
    append_quoted(column.column().name, name);
    return fmt::format(R"({{"name": {}, "nulls": {}, "kinds": {}, "distinct": {}, "exact": {}, "min": {}, "max": {}, )"
                       R"("top": [{}]}})",
                       name, column.nulls(), kinds.dump(), column.distinct(), column.exact(), value(column.least()),
                       value(column.greatest()), fmt::join(top, ", "));
}

}  // namespace

std::string stats_table(const RowsProfile& profile, std::size_t width) {
    std::vector<std::vector<std::string>> facts;
    std::vector<std::vector<std::string>> frequent;
    for (const ColumnProfile& column : profile.columns) {
        const std::string name = escaped(column.column().name);
        facts.push_back({name, count_text(column.nulls()), kinds_text(column),
                         (column.exact() ? "" : "~") + count_text(column.distinct()),
                         value_text(column, profile.style, column.least()),
                         value_text(column, profile.style, column.greatest())});
        if (std::string values = top_text(column, profile.style); !values.empty())
            frequent.push_back({name, std::move(values)});
    }
    std::string text = fmt::format("{}: {} rows, {} column{}\n", printable(profile.name), count_text(profile.rows),
                                   profile.columns.size(), profile.columns.size() == 1 ? "" : "s");
    if (facts.empty()) return text;
    text += '\n' + data_table({{"column", Align::left},
                               {"nulls", Align::right},
                               {"kinds", Align::left},
                               {"distinct", Align::right},
                               {"min", Align::left},
                               {"max", Align::left}},
                              facts, width);
    if (!frequent.empty())
        text += '\n' + data_table({{"column", Align::left}, {"most frequent", Align::left}}, frequent, width);
    return text;
}

std::string stats_document(const RowsProfile& profile) {
    std::string name;
    append_quoted(profile.name, name);
    std::vector<std::string> columns;
    for (const ColumnProfile& column : profile.columns)
        columns.push_back("\n    " + column_json(column, profile.style));
    return fmt::format("{{\n  \"name\": {},\n  \"rows\": {},\n  \"columns\": [{}{}]\n}}\n", name, profile.rows,
                       fmt::join(columns, ","), columns.empty() ? "" : "\n  ");
}

std::string stats_lines(const RowsProfile& profile) {
    std::string lines;
    for (const ColumnProfile& column : profile.columns) lines += column_json(column, profile.style) + '\n';
    return lines;
}

}  // namespace sluice
