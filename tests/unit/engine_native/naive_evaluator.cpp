#include "naive_evaluator.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "rows/duration.hpp"
#include "rows/exact_sum.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "rows/timestamp.hpp"

namespace sluice::test {
namespace {

using Row = std::map<std::string, std::string>;

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

// The value, unless it is missing or null.
std::optional<std::string> value_of(const Row& row, const std::string& column) {
    const auto found = row.find(column);
    if (found == row.end() || found->second == "null") return std::nullopt;
    return found->second;
}

std::optional<std::string> key_of(const Row& row, const std::string& column) {
    const std::optional<std::string> value = value_of(row, column);
    if (!value) return std::nullopt;
    std::string key;
    return append_key(token_of(*value), key) ? std::optional(key) : std::nullopt;
}

std::optional<std::string> mean_gap_text(const std::vector<const Row*>& rows, const std::string& column) {
    std::vector<std::int64_t> times;
    for (const Row* row : rows) {
        const std::optional<std::string> text = value_of(*row, column);
        if (!text) continue;
        std::string decoded;
        append_decoded(token_of(*text), decoded);
        times.push_back(parse_timestamp(decoded, false, TimeZone::utc()).microseconds);
    }
    if (times.empty()) return std::nullopt;
    Nanoseconds sum = 0;
    for (std::size_t index = 1; index < times.size(); ++index) sum += times[index] - times[index - 1];
    return fmt::format("{}", mean_gap(sum * 1000, times.size()));
}

std::optional<std::string> measure_text(const std::vector<const Row*>& rows, const NativeMeasure& measure,
                                        bool column_exists) {
    if (measure.function == AggregateFunction::count_rows) return std::to_string(rows.size());
    if (measure.function == AggregateFunction::mean_gap) return mean_gap_text(rows, measure.column);
    if (!column_exists) return "null";
    ExactSum sum;
    std::uint64_t count = 0;
    for (const Row* row : rows) {
        const std::optional<std::string> value = value_of(*row, measure.column);
        if (!value) continue;
        ++count;
        if (measure.function != AggregateFunction::count) static_cast<void>(sum.add(token_of(*value)));
    }
    if (measure.function == AggregateFunction::count) return std::to_string(count);
    if (count == 0) return "null";
    return measure.function == AggregateFunction::avg ? sum.mean_text(count).value() : sum.sum_text().value();
}

}  // namespace

void NaiveTable::add(const std::vector<std::pair<std::string, std::string>>& row) {
    text += '{';
    for (const auto& [name, value] : row) {
        if (!contains(columns, name)) columns.push_back(name);
        if (text.back() != '{') text += ", ";
        append_quoted(name, text);
        text += ": " + value;
    }
    text += "}\n";
    rows.emplace_back(row.begin(), row.end());
}

std::optional<NaiveTable> naive_join(const NaiveTable& left, const NaiveTable& right, const std::string& key) {
    NaiveTable joined;
    const auto both = [&](const std::string& name) {
        return contains(left.columns, name) && contains(right.columns, name);
    };
    const auto result_name = [&](const std::string& name, const char* suffix) {
        return name != key && both(name) ? name + suffix : name;
    };
    for (const std::string& name : left.columns) joined.columns.push_back(result_name(name, "_x"));
    for (const std::string& name : right.columns) {
        if (name != key || !both(name)) joined.columns.push_back(result_name(name, "_y"));
    }
    std::vector<std::string> sorted = joined.columns;
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end()) return std::nullopt;
    for (const Row& left_row : left.rows) {
        const std::optional<std::string> left_key = key_of(left_row, key);
        for (const Row& right_row : right.rows) {
            if (!left_key || key_of(right_row, key) != left_key) continue;
            Row row;
            for (const auto& [name, value] : left_row) row[result_name(name, "_x")] = value;
            for (const auto& [name, value] : right_row) {
                if (name != key) row[result_name(name, "_y")] = value;
            }
            joined.rows.push_back(std::move(row));
        }
    }
    return joined;
}

std::string naive_json(const NaiveTable& table) {
    if (table.rows.empty()) return "[]\n";
    std::string text = "[\n";
    for (const Row& row : table.rows) {
        if (text.size() > 2) text += ",\n";
        text += "  {";
        for (const std::string& name : table.columns) {
            text += name == table.columns.front() ? "\n    " : ",\n    ";
            append_quoted(name, text);
            text += ": ";
            const std::optional<std::string> value = value_of(row, name);
            append_laid_out(value ? token_of(*value) : Token{}, text);
        }
        text += "\n  }";
    }
    return text + "\n]\n";
}

std::vector<std::string> naive_aggregate(const NaiveTable& table, const NativeAggregate& aggregate) {
    std::map<std::string, std::vector<const Row*>> groups;
    for (const Row& row : table.rows) {
        const std::optional<std::string> key = key_of(row, aggregate.key);
        if (!key) continue;
        groups[*key].push_back(&row);
    }
    std::vector<std::pair<std::string, std::vector<const Row*>>> ordered(groups.begin(), groups.end());
    if (aggregate.most_frequent_first) {
        std::stable_sort(ordered.begin(), ordered.end(),
                         [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    }
    std::vector<std::string> lines;
    for (const auto& [key, rows] : ordered) {
        std::string line = key_token(key, false);
        bool left_out = false;
        for (const NativeMeasure& measure : aggregate.measures) {
            const auto text = measure_text(rows, measure, contains(table.columns, measure.column));
            left_out = left_out || !text;
            line += " " + text.value_or("");
        }
        if (!left_out) lines.push_back(line);
    }
    return lines;
}

}  // namespace sluice::test
