// Rows are compared as a multiset first: a row that is missing in the middle is one difference, not one for each row
// after it. What is left over on both sides at one position is one changed row, told by its fields.
#include "quality/output_difference.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <optional>

namespace sluice {

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;  // key, value as JSON

std::string trimmed(std::string_view text) {
    const auto end = text.find_last_not_of(" \t\r\n");
    return std::string(end == std::string_view::npos ? std::string_view{} : text.substr(0, end + 1));
}

// The fields of an object; nothing when the text is none.
std::optional<Fields> fields_of(std::string_view json) {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(json);
    simdjson::ondemand::document document;
    simdjson::ondemand::object object;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_object().get(object) != simdjson::SUCCESS)
        return std::nullopt;
    Fields fields;
    for (auto field : object) {
        std::string_view key;
        std::string_view value;
        if (field.unescaped_key(true).get(key) != simdjson::SUCCESS) return std::nullopt;
        std::string name(key);
        if (field.value().raw_json().get(value) != simdjson::SUCCESS) return std::nullopt;
        fields.emplace_back(std::move(name), trimmed(value));
    }
    return document.at_end() ? std::optional(std::move(fields)) : std::nullopt;
}

// The elements of an array; nothing when the text is none.
std::optional<std::vector<std::string>> elements_of(std::string_view json) {
    simdjson::ondemand::parser parser;
    const simdjson::padded_string padded(json);
    simdjson::ondemand::document document;
    simdjson::ondemand::array array;
    if (parser.iterate(padded).get(document) != simdjson::SUCCESS ||
        document.get_array().get(array) != simdjson::SUCCESS)
        return std::nullopt;
    std::vector<std::string> rows;
    for (auto element : array) {
        std::string_view row;
        if (element.raw_json().get(row) != simdjson::SUCCESS) return std::nullopt;
        rows.push_back(trimmed(row));
    }
    return document.at_end() ? std::optional(std::move(rows)) : std::nullopt;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

class Differences {
public:
    explicit Differences(std::size_t most) : most_(most) {}
    void add(std::string line) {
        if (found_.lines.size() < most_)
            found_.lines.push_back(std::move(line));
        else
            ++found_.more;
    }
    [[nodiscard]] bool empty() const { return found_.lines.empty(); }
    OutputDifference take() { return std::move(found_); }

private:
    std::size_t most_;
    OutputDifference found_;
};

// `what`: "key" of an object, "column" of a row; `where` stands in front.
bool compare_fields(const Fields& expected, const Fields& actual, std::string_view where, std::string_view what,
                    Differences& differences) {
    bool differ = false;
    std::map<std::string_view, const std::string*> got;
    for (const auto& [key, value] : actual) got.emplace(key, &value);
    for (const auto& [key, value] : expected) {
        const auto found = got.find(key);
        if (found != got.end() && *found->second == value) continue;
        differ = true;
        differences.add(found == got.end()
                            ? fmt::format("{}{} \"{}\": expected {}, but it is missing", where, what, key, value)
                            : fmt::format("{}{} \"{}\": expected {}, got {}", where, what, key, value, *found->second));
    }
    std::map<std::string_view, bool> known;
    for (const auto& [key, value] : expected) known.emplace(key, true);
    for (const auto& [key, value] : actual) {
        if (known.contains(key)) continue;
        differ = true;
        differences.add(fmt::format("{}{} \"{}\": not expected, got {}", where, what, key, value));
    }
    return differ;
}

// The indices of `rows` that have no equal among `others`, which counts.
std::vector<std::size_t> left_over(const std::vector<std::string>& rows, const std::vector<std::string>& others) {
    std::map<std::string_view, std::size_t> there;
    for (const std::string& row : others) ++there[row];
    std::vector<std::size_t> left;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const auto found = there.find(rows[index]);
        if (found != there.end() && found->second > 0)
            --found->second;
        else
            left.push_back(index);
    }
    return left;
}

void compare_rows(const std::vector<std::string>& expected, const std::vector<std::string>& actual,
                  Differences& differences) {
    if (expected.size() != actual.size())
        differences.add(fmt::format("expected {} rows, got {}", expected.size(), actual.size()));
    const std::vector<std::size_t> missing = left_over(expected, actual);
    const std::vector<std::size_t> surplus = left_over(actual, expected);
    for (const std::size_t row : missing) {
        const bool changed = std::ranges::binary_search(surplus, row);
        const auto before = changed ? fields_of(expected[row]) : std::nullopt;
        const auto after = changed ? fields_of(actual[row]) : std::nullopt;
        const std::string where = fmt::format("row {}: ", row + 1);
        if (before && after && compare_fields(*before, *after, where, "column", differences)) continue;
        if (before && after)
            differences.add(where + "the columns stand in another order");
        else
            differences.add(fmt::format("row {} is missing: {}", row + 1, expected[row]));
    }
    for (const std::size_t row : surplus)
        if (!std::ranges::binary_search(missing, row))
            differences.add(fmt::format("row {} is not expected: {}", row + 1, actual[row]));
    if (!missing.empty() || !surplus.empty()) return;
    for (std::size_t row = 0; row < std::min(expected.size(), actual.size()); ++row) {
        if (expected[row] == actual[row]) continue;
        differences.add(
            fmt::format("the same rows in another order, from row {}: expected {}", row + 1, expected[row]));
        return;
    }
}

void compare_objects(const Fields& expected, const Fields& actual, Differences& differences) {
    if (compare_fields(expected, actual, "", "key", differences)) return;
    for (std::size_t index = 0; index < std::min(expected.size(), actual.size()); ++index) {
        if (expected[index].first == actual[index].first) continue;
        differences.add(fmt::format("the same keys in another order: expected \"{}\" at place {}, got \"{}\"",
                                    expected[index].first, index + 1, actual[index].first));
        return;
    }
}

bool is_array(std::string_view text) { return text.starts_with('['); }

}  // namespace

OutputDifference output_difference(std::string_view expected, std::string_view actual, std::size_t most) {
    Differences differences(most);
    const auto expected_object = fields_of(expected);
    const auto actual_object = fields_of(actual);
    const auto expected_rows = is_array(expected) ? elements_of(expected) : std::nullopt;
    const auto actual_rows = is_array(actual) ? elements_of(actual) : std::nullopt;
    if (expected_object && actual_object)
        compare_objects(*expected_object, *actual_object, differences);
    else if (expected_rows && actual_rows)
        compare_rows(*expected_rows, *actual_rows, differences);
    else
        compare_rows(lines_of(expected), lines_of(actual), differences);
    if (differences.empty()) differences.add("only white space differs");
    return differences.take();
}

}  // namespace sluice
