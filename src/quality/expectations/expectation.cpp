#include "quality/expectations/expectation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

namespace sluice {

namespace {

// By ExpectationKind, as the config writes them.
constexpr std::array<std::string_view, 13> kKinds{
    "not_null",  "unique",    "accepted_values", "between",   "regex",       "length", "type",
    "row_count", "null_rate", "distinct_count",  "freshness", "referential", "sql"};
constexpr std::array<std::string_view, 3> kSeverities{"fail", "quarantine", "warn"};
constexpr std::array<std::string_view, 7> kTypes{"text", "integer", "number", "boolean", "timestamp", "list", "object"};

std::string bounds_text(const std::optional<std::string>& least, const std::optional<std::string>& most) {
    if (least && most) return *least == *most ? *least : fmt::format("{} to {}", *least, *most);
    if (least) return fmt::format("at least {}", *least);
    return fmt::format("at most {}", most.value_or(""));
}

std::string text_of(const Bounds<LocatedText>& range) {
    const auto text = [](const std::optional<LocatedText>& bound) {
        return bound ? std::optional(bound->value) : std::nullopt;
    };
    return bounds_text(text(range.least), text(range.most));
}

std::string text_of(const Bounds<std::uint64_t>& counts) {
    const auto text = [](const std::optional<std::uint64_t>& bound) {
        return bound ? std::optional(fmt::to_string(*bound)) : std::nullopt;
    };
    return bounds_text(text(counts.least), text(counts.most));
}

std::string age_text(std::chrono::milliseconds age) {
    using std::chrono::hours;
    using std::chrono::minutes;
    using std::chrono::seconds;
    if (age % hours(24) == age.zero()) return fmt::format("{}d", age / hours(24));
    if (age % hours(1) == age.zero()) return fmt::format("{}h", age / hours(1));
    if (age % minutes(1) == age.zero()) return fmt::format("{}m", age / minutes(1));
    if (age % seconds(1) == age.zero()) return fmt::format("{}s", age / seconds(1));
    return fmt::format("{}ms", age.count());
}

std::string short_list(const std::vector<std::string>& values) {
    constexpr std::size_t kShown = 5;
    if (values.size() <= kShown) return fmt::format("{}", fmt::join(values, ", "));
    return fmt::format("{} and {} more", fmt::join(values.begin(), values.begin() + kShown, ", "),
                       values.size() - kShown);
}

}  // namespace

std::string_view kind_name(ExpectationKind kind) { return kKinds.at(static_cast<std::size_t>(kind)); }
std::string_view severity_name(Severity severity) { return kSeverities.at(static_cast<std::size_t>(severity)); }
std::string_view type_name(ValueType type) { return kTypes.at(static_cast<std::size_t>(type)); }

std::string Expectation::requirement() const {
    switch (kind) {
        case ExpectationKind::not_null:
            return "not null";
        case ExpectationKind::unique:
            return "in no other row";
        case ExpectationKind::accepted_values:
            return fmt::format("one of {}", short_list(values));
        case ExpectationKind::between:
            return text_of(range);
        case ExpectationKind::regex:
            return fmt::format("a text that matches {}", pattern);
        case ExpectationKind::length:
            return fmt::format("a text of {} characters", text_of(counts));
        case ExpectationKind::type:
            return fmt::format("of type {}", type_name(type));
        case ExpectationKind::row_count:
            return fmt::format("{} rows", text_of(counts));
        case ExpectationKind::null_rate:
            return fmt::format("null in at most {}", limit.text);
        case ExpectationKind::distinct_count:
            return fmt::format("{} different values", text_of(counts));
        case ExpectationKind::freshness:
            return fmt::format("a time in the last {}", age_text(max_age));
        case ExpectationKind::referential:
            return fmt::format("a key of '{}'", other.value);
        case ExpectationKind::sql:
            return "no row";
    }
    return {};
}

std::string Expectation::title() const {
    if (!name.empty()) return name;
    if (kind == ExpectationKind::sql) return fmt::format("sql({})", sql.value);
    std::vector<std::string_view> names;
    for (const LocatedText& column : columns) names.emplace_back(column.value);
    std::string rest;
    switch (kind) {
        case ExpectationKind::accepted_values:
            rest = short_list(values);
            break;
        case ExpectationKind::between:
            rest = text_of(range);
            break;
        case ExpectationKind::regex:
            rest = pattern;
            break;
        case ExpectationKind::length:
        case ExpectationKind::row_count:
        case ExpectationKind::distinct_count:
            rest = text_of(counts);
            break;
        case ExpectationKind::type:
            rest = type_name(type);
            break;
        case ExpectationKind::null_rate:
            rest = fmt::format("at most {}", limit.text);
            break;
        case ExpectationKind::freshness:
            rest = age_text(max_age);
            break;
        case ExpectationKind::referential:
            rest = fmt::format("in {}.{}", other.value, other_column);
            break;
        default:
            break;
    }
    return fmt::format("{}({}{}{})", kind_name(kind), fmt::join(names, ", "), names.empty() || rest.empty() ? "" : ", ",
                       rest);
}

bool Expectation::looks_at_one_value() const {
    switch (kind) {
        case ExpectationKind::not_null:
        case ExpectationKind::accepted_values:
        case ExpectationKind::between:
        case ExpectationKind::regex:
        case ExpectationKind::length:
        case ExpectationKind::type:
            return true;
        default:
            return false;
    }
}

}  // namespace sluice
