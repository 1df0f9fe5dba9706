#include "extractors/bad_row_limit.hpp"

#include <fmt/format.h>

#include <charconv>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "rows/int128.hpp"

namespace sluice {

namespace {

constexpr std::uint64_t kAll = 1'000'000;
constexpr std::size_t kFractionDigits = 4;  // of a percentage: millionths

std::optional<std::uint64_t> whole_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
    return number;
}

// "12.5" -> 125,000 millionths.
std::optional<std::uint64_t> millionths_of(std::string_view percentage) {
    const std::size_t point = percentage.find('.');
    std::string fraction(point == std::string_view::npos ? "" : percentage.substr(point + 1));
    if (point != std::string_view::npos && fraction.empty()) return std::nullopt;
    if (fraction.size() > kFractionDigits) return std::nullopt;
    fraction.resize(kFractionDigits, '0');
    const auto whole = whole_number(percentage.substr(0, point));
    const auto part = whole_number(fraction);
    if (!whole || !part || *whole > 100) return std::nullopt;
    const std::uint64_t millionths = *whole * 10'000 + *part;
    return millionths <= kAll ? std::optional(millionths) : std::nullopt;
}

}  // namespace

bool BadRowLimit::allows(std::uint64_t bad, std::uint64_t all) const {
    if (!millionths) return bad <= rows;
    return UInt128{bad} * kAll <= UInt128{all} * *millionths;
}

std::optional<BadRowLimit> parse_bad_row_limit(std::string_view text) {
    BadRowLimit limit{.rows = 0, .millionths = {}, .text = std::string(text)};
    if (text.ends_with('%')) {
        limit.millionths = millionths_of(text.substr(0, text.size() - 1));
        return limit.millionths ? std::optional(std::move(limit)) : std::nullopt;
    }
    const auto rows = whole_number(text);
    if (!rows) return std::nullopt;
    limit.rows = *rows;
    return limit;
}

Field max_bad_rows_field() {
    return {.name = "max_bad_rows",
            .type = FieldType::any,
            .doc = "How many rows may be bad: a number, or a share of the source's rows such as 0.5%.",
            .default_text = "0",
            .details =
                "Bad rows never reach a step. They are kept in the run's quarantine, also those of a run that is "
                "refused because there are more.",
            .example = "0.5%",
            .shape = R"({"anyOf": [{"type": "integer", "minimum": 0}, )"
                     R"({"type": "string", "pattern": "^([0-9]+|[0-9]+([.][0-9]{1,4})?%)$"}, )"
                     R"({"$ref": "#/$defs/variable"}]})"};
}

BadRowLimit bad_row_limit(const Section& section, Diagnostics& diagnostics) {
    const Tree* node = section.node("max_bad_rows");
    if (node == nullptr || node->faulty()) return {};
    if (node->is_scalar()) {
        if (auto limit = parse_bad_row_limit(node->text())) return std::move(*limit);
        diagnostics.add(node->location(), fmt::format("max_bad_rows cannot be {}", in_quotes(node->text())), {},
                        "a whole number such as 0 or 412, or a share of at most 100% such as 0.5%, with at most four "
                        "digits after the point");
    } else {
        diagnostics.add(node->location(),
                        fmt::format("max_bad_rows must be a number or a percentage, not {}", node->kind_name()));
    }
    return {};
}

}  // namespace sluice
