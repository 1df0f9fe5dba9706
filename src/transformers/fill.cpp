#include "transformers/fill.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/scalar_types.hpp"
#include "config/tree.hpp"
#include "config/validation.hpp"
#include "formats/scan/json_number.hpp"
#include "rows/json_text.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

constexpr std::string_view kForm = "such as fill: {status: 0, note: \"\"}";

// What YAML's readers take for numbers, and for different ones: 010, 1_000, +5, .5, 1.e5, 0x1F, 0o17, .inf, .nan
bool looks_like_number(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789_";
    if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
    for (const std::string_view word : {".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"})
        if (text == word) return true;
    const bool hexadecimal = text.starts_with("0x");
    if ((hexadecimal || text.starts_with("0o")) && text.size() > 2)
        return text.find_first_not_of(hexadecimal ? "0123456789abcdefABCDEF_" : kDigits, 2) == std::string_view::npos;
    if (const std::size_t mark = text.find_first_of("eE"); mark != std::string_view::npos) {
        std::string_view exponent = text.substr(mark + 1);
        if (exponent.starts_with('-') || exponent.starts_with('+')) exponent.remove_prefix(1);
        if (exponent.empty() || exponent.find_first_not_of(kDigits) != std::string_view::npos) return false;
        text = text.substr(0, mark);
    }
    return text.find_first_of("0123456789") != std::string_view::npos && std::ranges::count(text, '.') <= 1 &&
           text.find_first_not_of("0123456789._") == std::string_view::npos;
}

// The value as a JSON token; nothing after a fault.
std::optional<std::string> read_value(const ColumnEntry& entry, Diagnostics& diagnostics) {
    const Tree& value = *entry.value;
    if (!value.is_scalar()) {
        diagnostics.add(value.is_null() ? entry.column.location : value.location(),
                        fmt::format("column {} must be filled with a number, true, false or a text, not {}",
                                    in_quotes(entry.column.name), value.kind_name()),
                        {}, std::string(kForm));
        return std::nullopt;
    }
    const std::string& text = value.text();
    if (!value.is_quoted()) {
        if (const auto boolean = parse_boolean(text)) return *boolean ? "true" : "false";
        if (formats::is_number(text)) return text;
        if (looks_like_number(text)) {
            diagnostics.add(value.location(), fmt::format("{} is no number as JSON writes them", in_quotes(text)), {},
                            fmt::format("write it in quotes if the text is meant: \"{}\"", text));
            return std::nullopt;
        }
    }
    std::string token;
    append_quoted(text, token);
    return token;
}

}  // namespace

Schema FillStep::schema() {
    static const std::string kShape =
        column_map_shape(R"({"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]})");
    return {
        .type = kType,
        .doc = "Values in place of nulls.",
        .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                   from_field(),
                   {.name = "fill",
                    .type = FieldType::any,
                    .doc = "A map from columns to what stands in place of null and of a missing key.",
                    .required = true,
                    .details = "0 is a number, \"0\" in quotes a text. A column that no row has is added behind the "
                               "others, with a warning.",
                    .example = "{status: 0, note: \"\"}",
                    .shape = kShape}}};
}

std::unique_ptr<Transformer> FillStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<FillStep>();
    result->from_ = reference(step.section, "from");
    for (const ColumnEntry& entry : column_entries(step.section, kType, kForm, diagnostics))
        if (auto token = read_value(entry, diagnostics)) result->columns_.push_back({entry.column, std::move(*token)});
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node FillStep::node(const std::vector<RelationId>& relations) const {
    return FillNode{.input = relations.at(0), .columns = columns_};
}

}  // namespace sluice
