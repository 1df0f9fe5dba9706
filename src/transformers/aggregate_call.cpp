#include "transformers/aggregate_call.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/validation.hpp"

namespace sluice {
namespace {

struct NamedFunction {
    std::string_view name;
    Aggregation function;
};
constexpr std::array kFunctions{NamedFunction{"avg", Aggregation::avg},
                                NamedFunction{"count", Aggregation::count},
                                NamedFunction{"count_distinct", Aggregation::count_distinct},
                                NamedFunction{"first", Aggregation::first},
                                NamedFunction{"last", Aggregation::last},
                                NamedFunction{"max", Aggregation::max},
                                NamedFunction{"mean_gap", Aggregation::mean_gap},
                                NamedFunction{"min", Aggregation::min},
                                NamedFunction{"sum", Aggregation::sum}};
constexpr std::string_view kForm =
    "an aggregate is FUNCTION(ARGUMENT); functions: avg, count, count_distinct, first, last, max, mean_gap, min, sum";

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\r";
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_letter(char c) {  // bytes beyond ASCII as well: DuckDB takes them as letters too
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_name(char c) { return is_letter(c) || (c >= '0' && c <= '9'); }

// The offset behind a quoted text that starts at `at`; a doubled quote is part of it. npos when it does not end.
std::size_t end_of_quoted(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] != quote) continue;
        if (i + 1 == text.size() || text[i + 1] != quote) return i + 1;
        ++i;
    }
    return std::string_view::npos;
}

// The offset of the parenthesis that closes the one at `open`; npos when none does.
std::size_t closing_parenthesis(std::string_view text, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < text.size();) {
        if (text[i] == '"' || text[i] == '\'') {
            i = end_of_quoted(text, i);
            if (i == std::string_view::npos) return i;
            continue;
        }
        if (text[i] == '(') ++depth;
        if (text[i] == ')' && --depth == 0) return i;
        ++i;
    }
    return std::string_view::npos;
}

std::optional<std::string> plain_column(std::string_view argument) {
    if (is_letter(argument.front()) && std::ranges::all_of(argument, in_name)) return std::string(argument);
    if (argument.front() != '"' || end_of_quoted(argument, 0) != argument.size()) return std::nullopt;
    std::string name;
    for (std::size_t i = 1; i + 1 < argument.size(); ++i) {
        name += argument[i];
        if (argument[i] == '"') ++i;
    }
    return name;
}

const NamedFunction* function_of(std::string_view name) {
    const auto same = [&](const NamedFunction& function) {
        return std::ranges::equal(name, function.name, {},
                                  [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    };
    const auto found = std::ranges::find_if(kFunctions, same);
    return found == kFunctions.end() ? nullptr : &*found;
}

}  // namespace

std::string_view aggregation_name(Aggregation function) {
    return std::ranges::find(kFunctions, function, &NamedFunction::function)->name;
}

std::optional<AggregateColumn> read_aggregate(const std::string& name, const LocatedText& call,
                                              Diagnostics& diagnostics) {
    const auto fault = [&](std::string message, std::string suggestion = {}) {
        diagnostics.add(call.location, std::move(message), std::move(suggestion), std::string(kForm));
        return std::nullopt;
    };
    const std::string_view text = trim(call.value);
    const auto open = text.find('(');
    const std::string_view function_name = trim(text.substr(0, open));
    if (open == std::string_view::npos || function_name.empty() || !std::ranges::all_of(function_name, in_name) ||
        closing_parenthesis(text, open) + 1 != text.size()) {
        return fault(fmt::format("{} is not one call of an aggregate function", in_quotes(call.value)));
    }
    const NamedFunction* function = function_of(function_name);
    if (function == nullptr) {
        std::vector<std::string_view> names;
        for (const NamedFunction& known : kFunctions) names.push_back(known.name);
        const std::string_view nearest = nearest_name(function_name, names);
        return fault(fmt::format("unknown aggregate function {}", in_quotes(function_name)),
                     nearest.empty() ? std::string{} : fmt::format("did you mean '{}'?", nearest));
    }
    AggregateColumn column{
        .name = name, .function = function->function, .column = {}, .argument = {}, .location = call.location};
    const std::string_view argument = trim(text.substr(open + 1, text.size() - open - 2));
    if (column.function == Aggregation::count && (argument.empty() || argument == "*")) return column;
    if (argument.empty()) return fault(fmt::format("{} needs an argument", in_quotes(call.value)));
    column.column = plain_column(argument);
    if (!column.column) column.argument = Expression{std::string(argument), call.location};
    return column;
}

}  // namespace sluice
