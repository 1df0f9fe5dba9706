#include "engine/native/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/diagnostics.hpp"
#include "engine/value_at.hpp"
#include "rows/decimal.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 7> kKindNames = {"null", "false",    "true",     "a number",
                                                        "text", "an array", "an object"};

struct Fault {
    Kind kind = Kind::null;
    Ordinal row = 0;
};

// The first value, in input order, of a kind other than null and `wanted`.
std::optional<Fault> first_other_kind(const ColumnSummary& column, Kind wanted) {
    std::optional<Fault> first;
    for (std::size_t index = 1; index < kKindNames.size(); ++index) {
        const auto kind = static_cast<Kind>(index);
        if (kind == wanted || !column.has(kind)) continue;
        if (!first || column.first_of_kind[index] < first->row) first = Fault{kind, column.first_of_kind[index]};
    }
    return first;
}

bool is_only(const ColumnSummary& column, Kind kind) { return column.has(kind) && !first_other_kind(column, kind); }

// "text "timeout" at a.jsonl:3".
Result<std::string> described(const ScannableSource& source, const ColumnSummary& column, Fault fault) {
    TRY_ASSIGN(const Place place, source.place(fault.row));
    if (fault.kind == Kind::true_ || fault.kind == Kind::false_)
        return fmt::format("{} at {}", kKindNames[static_cast<std::size_t>(fault.kind)], place.text());
    return fmt::format("{} {} at {}", kKindNames[static_cast<std::size_t>(fault.kind)],
                       value_at(source, column.name, fault.row), place.text());
}

Result<std::string> place_text(const ScannableSource& source, Ordinal row) {
    TRY_ASSIGN(const Place place, source.place(row));
    return place.text();
}

// A name as it stands in a YAML flow map.
std::string yaml_name(std::string_view name) {
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (plain) return std::string(name);
    std::string quoted = "'";
    for (const char c : name) quoted += c == '\'' ? "''" : std::string(1, c);
    return quoted + "'";
}

}  // namespace

bool is_declared_time(const DeclaredTypes& types, std::string_view column) {
    const auto declared = types.find(column);
    return declared != types.end() &&
           (declared->second.type == Type::timestamp || declared->second.type == Type::timestamp_ns);
}

Result<> refuse_non_numbers(std::string_view place, std::string_view what, SummarisedColumn column) {
    const std::optional<Fault> fault = first_other_kind(*column.summary, Kind::number);
    if (!fault) return {};
    TRY_ASSIGN(const std::string value, described(column.table->source(), *column.summary, *fault));
    return data_error("not_a_number",
                      fmt::format("{}: {} needs numbers, but '{}' is {}. Mend the data, or declare the column in data "
                                  "source '{}' (types: {{{}: number}}) so that such lines count as bad rows",
                                  place, what, column.summary->name, value, column.table->source().name(),
                                  yaml_name(column.summary->name)));
}

Result<> refuse_huge_exponent(std::string_view place, std::string_view what, const SourceTable& table,
                              std::size_t slot) {
    const std::optional<Ordinal> row = table.column(slot).huge_exponent;
    if (!row) return {};
    TRY_ASSIGN(const std::string where, place_text(table.source(), *row));
    return data_error("exponent_too_large", fmt::format("{}: {} cannot be computed: the number in '{}' at {} has {}. "
                                                        "Mend the data, or leave the column out of the aggregate",
                                                        place, what, table.uses()[slot].name, where, kBeyondLimits));
}

Result<> refuse_undeclared_times(std::string_view place, std::string_view what, const ScannableSource& source,
                                 const ColumnSummary& column) {
    if (is_declared_time(source.types(), column.name)) return {};
    const std::optional<Fault> fault = first_other_kind(column, Kind::null);
    if (!fault) return {};
    TRY_ASSIGN(const std::string value, described(source, column, *fault));
    return data_error("time_needed",
                      fmt::format("{}: {} needs times, but '{}' is {}. To read it as times add this line to data "
                                  "source '{}': types: {{{}: timestamp}}",
                                  place, what, column.name, value, source.name(), yaml_name(column.name)));
}

Result<> refuse_unkeyable(std::string_view place, const SourceTable& table, std::size_t slot) {
    const std::optional<Ordinal> row = table.column(slot).unkeyable;
    if (!row) return {};
    TRY_ASSIGN(const std::string where, place_text(table.source(), *row));
    return data_error("exponent_too_large",
                      fmt::format("{}: the number in '{}' at {} cannot be a key: its exponent has more than 18 digits. "
                                  "Mend the data",
                                  place, table.uses()[slot].name, where));
}

Result<> refuse_kinds_that_never_match(std::string_view place, SummarisedColumn left, SummarisedColumn right) {
    const bool text_and_numbers = is_only(*left.summary, Kind::text) && is_only(*right.summary, Kind::number);
    const bool numbers_and_text = is_only(*left.summary, Kind::number) && is_only(*right.summary, Kind::text);
    if (!text_and_numbers && !numbers_and_text) return {};
    const auto describe = [](SummarisedColumn column) -> Result<std::string> {
        const Kind kind = is_only(*column.summary, Kind::text) ? Kind::text : Kind::number;
        const Ordinal row = column.summary->first_of_kind[static_cast<std::size_t>(kind)];
        TRY_ASSIGN(const std::string where, place_text(column.table->source(), row));
        return fmt::format("'{}' of {} is {} ({})", column.summary->name, column.table->source().name(),
                           kind == Kind::text ? "all text" : "all numbers", where);
    };
    TRY_ASSIGN(const std::string left_text, describe(left));
    TRY_ASSIGN(const std::string right_text, describe(right));
    return data_error("join_kinds",
                      fmt::format("{}: the join would match nothing: {} and {}. Write the keys alike in both "
                                  "sources",
                                  place, left_text, right_text));
}

std::string missing_column_warning(std::string_view place, std::string_view input, std::string_view column,
                                   const std::vector<std::string>& names, std::string_view consequence) {
    const std::vector<std::string_view> known(names.begin(), names.end());
    const std::string_view nearest = nearest_name(column, known);
    const std::string suggestion = nearest.empty() ? "" : fmt::format("; did you mean '{}'?", nearest);
    return fmt::format("{}: {} has no column '{}'{} {}", place, input, column, suggestion.empty() ? ";" : suggestion,
                       consequence);
}

}  // namespace sluice
