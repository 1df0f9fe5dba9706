#include "plan/relational/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "engine/value_at.hpp"
#include "rows/decimal.hpp"

namespace sluice {

namespace {

std::string_view kind_name(Kind kind) {
    switch (kind) {
        case Kind::null:
            return "null";
        case Kind::false_:
            return "false";
        case Kind::true_:
            return "true";
        case Kind::number:
            return "a number";
        case Kind::text:
            return "text";
        case Kind::array:
            return "a list";
        case Kind::object:
            return "an object";
    }
    return "a value";
}

constexpr std::array kValueKinds{Kind::false_, Kind::true_, Kind::number, Kind::text, Kind::array, Kind::object};

// The kinds of a column in the order in which they were first met.
std::vector<Kind> kinds_by_place(const ColumnFacts& facts) {
    std::vector<Kind> kinds;
    for (const Kind kind : kValueKinds)
        if (facts.has(kind)) kinds.push_back(kind);
    std::ranges::sort(kinds, {}, [&](Kind kind) { return facts.first_of_kind[static_cast<std::size_t>(kind)]; });
    return kinds;
}

}  // namespace

Error Refusals::refuse(const Location& location, const Relation& relation, std::string code, std::string_view reason) {
    return data_error(std::move(code), fmt::format("{}: step '{}': {}", location.text(), relation.name, reason));
}

Error Refusals::placed(Error error, const Location& location, const Relation& relation) {
    if (error.kind == ErrorKind::data || error.kind == ErrorKind::config)
        return refuse(location, relation, std::move(error.code), error.message);
    return error;
}

std::string Refusals::no_column(std::string_view name, const BoundRelation& input) const {
    std::vector<std::string_view> known;
    for (const BoundColumn& column : input.columns) known.push_back(column.name);
    const std::string_view near = nearest_name_ ? nearest_name_(name, known) : std::string_view{};
    return fmt::format("there is no column '{}'{}", name,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

std::string Refusals::no_relation(std::string_view name, const std::vector<std::string_view>& known) const {
    const std::string_view near = nearest_name_ ? nearest_name_(name, known) : std::string_view{};
    return fmt::format("there is no source or step '{}'{}", name,
                       near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

std::string Refusals::place(const DataPlace& place) const {
    const ScannableSource* source = place.source < sources_.size() ? sources_[place.source] : nullptr;
    if (source == nullptr) return "a computed value";
    const Result<Place> found = source->place(place.ordinal);
    return found ? found->text() : source->name();
}

std::string Refusals::first_of(const BoundColumn& column, Kind kind) const {
    const DataPlace& first = column.facts.first_of_kind[static_cast<std::size_t>(kind)];
    const ScannableSource* source = first.source < sources_.size() ? sources_[first.source] : nullptr;
    const bool named_by_kind = kind == Kind::true_ || kind == Kind::false_;
    if (named_by_kind || source == nullptr || first.source != column.facts.source || column.facts.source_column.empty())
        return fmt::format("{} at {}", kind_name(kind), place(first));
    return fmt::format("{} {} at {}", kind_name(kind), value_at(*source, column.facts.source_column, first.ordinal),
                       place(first));
}

std::string Refusals::declare(const BoundColumn& column, std::string_view type) const {
    const ColumnFacts& facts = column.facts;
    const ScannableSource* source = facts.source < sources_.size() ? sources_[facts.source] : nullptr;
    if (source == nullptr || facts.source_column.empty()) return {};
    return fmt::format("; add `types: {{{}: {}}}` to the source '{}'", facts.source_column, type, source->name());
}

std::string Refusals::mixed(const BoundColumn& column) const {
    std::string firsts;
    for (const Kind kind : kinds_by_place(column.facts))
        firsts += (firsts.empty() ? "" : ", ") + first_of(column, kind);
    return fmt::format(
        "column '{}' mixes kinds of values ({}), so nothing can be computed from it; cast it, as in "
        "CAST(\"{}\" AS VARCHAR), or declare it under `types:`",
        column.name, firsts, column.name);
}

std::string Refusals::no_type(const BoundColumn& column, TypeFault fault) const {
    switch (fault) {
        case TypeFault::huge_exponent:
            return huge_exponent(column);
        case TypeFault::too_exact:
            return too_exact(column);
        case TypeFault::two_types:
            return fmt::format(
                "column '{}' has values of two types, one from each side of a join; cast it, as in "
                "CAST(\"{}\" AS VARCHAR)",
                column.name, column.name);
        case TypeFault::mixed:
        case TypeFault::none:
            break;
    }
    return mixed(column);
}

std::string Refusals::not_numbers(const BoundColumn& column) const {
    for (const Kind kind : kinds_by_place(column.facts))
        if (kind != Kind::number)
            return fmt::format("column '{}' has a value that is not a number: {}; numbers are needed here{}",
                               column.name, first_of(column, kind), declare(column, "number"));
    return fmt::format("column '{}' is not a number; numbers are needed here", column.name);
}

std::string Refusals::not_times(const BoundColumn& column) const {
    const std::vector<Kind> kinds = kinds_by_place(column.facts);
    if (kinds.empty() || !column.facts.computed.empty())
        return fmt::format("column '{}' is not a time; times are needed here", column.name);
    return fmt::format("column '{}' has values that are not declared as times: {}; times are needed here{}",
                       column.name, first_of(column, kinds.front()), declare(column, "timestamp"));
}

std::string Refusals::huge_exponent(const BoundColumn& column) const {
    return fmt::format(
        "column '{}' has a number with {}, at {}, so nothing can be computed from it; mend the data, or leave the "
        "column "
        "out of what is computed",
        column.name, kBeyondLimits, place(column.facts.first_huge_exponent));
}

std::string Refusals::too_exact(const BoundColumn& column) const {
    return fmt::format(
        "column '{}' has numbers of more digits than any type holds exactly ({}); cast it, as in "
        "CAST(\"{}\" AS DOUBLE), if rounding is meant",
        column.name, first_of(column, Kind::number), column.name);
}

std::string Refusals::text_joins_numbers(const BoundColumn& left, const BoundColumn& right) const {
    const auto side = [&](const BoundColumn& column) {
        return fmt::format("'{}' has {}", column.name,
                           first_of(column, column.facts.has(Kind::text) ? Kind::text : Kind::number));
    };
    return fmt::format(
        "text never equals a number, so this join would match nothing: left {}, right {}; write both the "
        "same way, or join on another column",
        side(left), side(right));
}

}  // namespace sluice
