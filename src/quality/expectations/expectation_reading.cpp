#include "quality/expectations/expectation_reading.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "config/scalar_types.hpp"
#include "config/tree.hpp"
#include "config/validation.hpp"
#include "formats/scan/json_number.hpp"
#include "quality/expectations/value_test.hpp"
#include "rows/json_text.hpp"

namespace sluice {

namespace {

constexpr std::array kAllKinds{ExpectationKind::not_null,
                               ExpectationKind::unique,
                               ExpectationKind::accepted_values,
                               ExpectationKind::between,
                               ExpectationKind::regex,
                               ExpectationKind::length,
                               ExpectationKind::type,
                               ExpectationKind::row_count,
                               ExpectationKind::null_rate,
                               ExpectationKind::distinct_count,
                               ExpectationKind::freshness,
                               ExpectationKind::referential,
                               ExpectationKind::sql};
constexpr std::array kAllTypes{ValueType::text,      ValueType::integer, ValueType::number, ValueType::boolean,
                               ValueType::timestamp, ValueType::list,    ValueType::object};

bool is_about_all_rows(ExpectationKind kind) {
    return kind == ExpectationKind::row_count || kind == ExpectationKind::null_rate ||
           kind == ExpectationKind::distinct_count || kind == ExpectationKind::freshness;
}

class Reader {
public:
    Reader(const ConfigItem& item, const Section& section, ExpectationOwner owner, Diagnostics& diagnostics)
        : item_(item), section_(section), owner_(owner), diagnostics_(diagnostics) {}

    // Nothing after a fault.
    std::vector<Expectation> read() {
        const std::size_t before = diagnostics_.list().size();
        const auto kind = kind_of_section();
        if (!kind) return {};
        expectation_.kind = *kind;
        expectation_.location = section_.location();
        expectation_.name = section_.text("name");
        read_severity();
        read_limit();
        read_kind();
        if (diagnostics_.list().size() != before) return {};
        if (*kind != ExpectationKind::not_null) return {std::move(expectation_)};
        std::vector<Expectation> each;
        for (const LocatedText& column : std::exchange(expectation_.columns, {}))
            each.emplace_back(expectation_).columns = {column};
        return each;
    }

private:
    void fault(const Location& location, std::string message, std::string hint = {}) {
        diagnostics_.add(location, std::move(message), {}, std::move(hint));
    }

    std::optional<ExpectationKind> kind_of_section() {
        std::optional<ExpectationKind> found;
        for (const ExpectationKind kind : kAllKinds) {
            if (!section_.has(kind_name(kind))) continue;
            if (found) {
                fault(section_.location(kind_name(kind)),
                      fmt::format("an expectation is of one kind, but this one has '{}' and '{}'", kind_name(*found),
                                  kind_name(kind)),
                      "make it two items of the list");
                return std::nullopt;
            }
            found = kind;
        }
        if (!found) {
            std::vector<std::string_view> kinds;
            for (const ExpectationKind kind : kAllKinds) kinds.push_back(kind_name(kind));
            fault(section_.location(), "the expectation does not say what is expected",
                  fmt::format("one of its keys must be its kind; {}", allowed_hint(kinds)));
        }
        return found;
    }

    void read_severity() {
        const std::string severity = section_.text("severity");
        if (severity == "warn") expectation_.severity = Severity::warn;
        if (severity == "fail") expectation_.severity = Severity::fail;
        if (severity != "quarantine") return;
        expectation_.severity = Severity::quarantine;
        if (owner_ == ExpectationOwner::step)
            fault(section_.location("severity"), "only rows of a source can be put into quarantine, and this is a step",
                  "expect it of the source, or use `fail` or `warn`");
        else if (!expectation_.looks_at_one_value())
            fault(section_.location("severity"),
                  fmt::format("'{}' is about more than one value, so no single row is to be put into quarantine",
                              kind_name(expectation_.kind)),
                  "use `fail` or `warn`; not_null, accepted_values, between, regex, length and type can quarantine");
    }

    void read_limit() {
        const Tree* node = section_.node("max_failing");
        if (node == nullptr) return;
        expectation_.limit = limit_of(*node, "max_failing");
        if (is_about_all_rows(expectation_.kind))
            fault(node->location(), fmt::format("'{}' takes no max_failing", kind_name(expectation_.kind)),
                  "it says itself how much is too much");
        if (expectation_.severity == Severity::quarantine)
            fault(node->location(), "what is put into quarantine takes no max_failing",
                  "max_bad_rows of the source says how many rows may go there");
    }

    BadRowLimit limit_of(const Tree& node, std::string_view field) {
        if (node.is_scalar())
            if (auto limit = parse_bad_row_limit(node.text())) return std::move(*limit);
        fault(
            node.location(),
            node.is_scalar() ? fmt::format("{} cannot be {}", field, in_quotes(node.text()))
                             : fmt::format("{} must be a number or a percentage, not {}", field, node.kind_name()),
            "a whole number such as 0 or 412, or a share of at most 100% such as 0.5%, with at most four digits after "
            "the point");
        return {};
    }

    void read_kind() {
        const std::string_view name = kind_name(expectation_.kind);
        if (expectation_.kind == ExpectationKind::not_null || expectation_.kind == ExpectationKind::unique) {
            expectation_.columns = section_.texts(name);
            return;
        }
        if (expectation_.kind == ExpectationKind::sql) return read_sql();
        const auto section = section_.section(name);
        if (!section) return;
        if (expectation_.kind != ExpectationKind::row_count)
            expectation_.columns = {{section->text("column"), section->location("column")}};
        read_parameters(*section);
    }

    void read_parameters(const Section& section) {
        switch (expectation_.kind) {
            case ExpectationKind::accepted_values:
                return read_values(section);
            case ExpectationKind::between:
                return read_range(section);
            case ExpectationKind::regex:
                expectation_.pattern = section.text("pattern");
                return check_test(section.location("pattern"));
            case ExpectationKind::type:
                for (const ValueType type : kAllTypes)
                    if (type_name(type) == section.text("is")) expectation_.type = type;
                return;
            case ExpectationKind::null_rate:
                if (const Tree* most = section.node("max")) expectation_.limit = limit_of(*most, "max");
                return;
            case ExpectationKind::freshness:
                expectation_.max_age = section.duration("max_age");
                return;
            case ExpectationKind::referential:
                expectation_.other = {section.text("in"), section.location("in")};
                expectation_.other_column =
                    section.has("key") ? section.text("key") : expectation_.columns.front().value;
                return;
            default:
                return read_counts(section);
        }
    }

    void read_values(const Section& section) {
        const Tree* list = section.node("values");
        if (list == nullptr || list->faulty()) return;
        if (!list->is_list() || list->items().empty())
            return fault(list->location(), "'values' must be a list of values", "such as values: [click, view]");
        for (const Tree& value : list->items()) {
            if (value.faulty()) continue;
            if (!value.is_scalar()) {
                fault(value.location(),
                      fmt::format("a value must be a text, a number, true or false, not {}", value.kind_name()));
                continue;
            }
            expectation_.values.push_back(token_of_value(value));
        }
    }

    // A text that is in no quotes and looks like a number, true or false, is one.
    static std::string token_of_value(const Tree& value) {
        if (!value.is_quoted()) {
            if (const auto boolean = parse_boolean(value.text())) return *boolean ? "true" : "false";
            if (formats::is_number(value.text())) return value.text();
        }
        std::string token;
        append_quoted(value.text(), token);
        return token;
    }

    void read_range(const Section& section) {
        if (section.has("min")) expectation_.range.least = {section.text("min"), section.location("min")};
        if (section.has("max")) expectation_.range.most = {section.text("max"), section.location("max")};
        need_bounds(section);
        for (const auto& bound : {expectation_.range.least, expectation_.range.most}) {
            if (!bound || formats::is_number(bound->value) || time_bound(bound->value)) continue;
            fault(bound->location, fmt::format("{} is neither a number nor a time", in_quotes(bound->value)),
                  "such as 0, 99.5, 2026-01-31 or 2026-01-31T08:00:00Z");
            return;
        }
        const auto is_number = [](const auto& bound) { return formats::is_number(bound->value); };
        const auto& [least, most] = expectation_.range;
        if (least && most && is_number(least) != is_number(most))
            fault(most->location, "one bound is a number and the other one a time");
    }

    void read_counts(const Section& section) {
        if (section.has("min")) expectation_.counts.least = static_cast<std::uint64_t>(section.integer("min"));
        if (section.has("max")) expectation_.counts.most = static_cast<std::uint64_t>(section.integer("max"));
        need_bounds(section);
        const auto& [least, most] = expectation_.counts;
        if (least && most && *least > *most)
            fault(section.location("max"),
                  fmt::format("'max' is {} and 'min' is {}: nothing is between", *most, *least));
    }

    void need_bounds(const Section& section) {
        if (!section.has("min") && !section.has("max"))
            fault(section.location(), fmt::format("'{}' needs 'min', 'max' or both", kind_name(expectation_.kind)));
    }

    void check_test(const Location& location) {
        if (const auto test = value_test(expectation_, {}); !test) fault(location, test.error().message);
    }

    void read_sql() {
        expectation_.sql = {section_.text("sql"), section_.location("sql")};
        if (!item_.sql || !item_.sql->tables_of_sql) return;
        auto names = item_.sql->tables_of_sql(expectation_.sql.value);
        if (!names)
            return fault(expectation_.sql.location, names.error().message,
                         "it is one SELECT statement over sources and steps, which gives the rows at fault");
        for (std::string& name : *names) expectation_.tables.push_back({std::move(name), expectation_.sql.location});
    }

    const ConfigItem& item_;
    const Section& section_;
    ExpectationOwner owner_;
    Diagnostics& diagnostics_;
    Expectation expectation_;
};

}  // namespace

std::vector<Expectation> read_expectations(const ConfigItem& item, ExpectationOwner owner, Diagnostics& diagnostics) {
    std::vector<Expectation> all;
    for (const Section& section : item.section.sections("expect"))
        for (Expectation& expectation : Reader(item, section, owner, diagnostics).read())
            all.push_back(std::move(expectation));
    return all;
}

}  // namespace sluice
