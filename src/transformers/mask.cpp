#include "transformers/mask.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

constexpr std::string_view kForm = "such as mask: {email: hmac, card: last4}";
constexpr std::array<std::string_view, 2> kMethods{"hmac", "last4"};
// Below that, whoever has the output tries all keys.
constexpr std::size_t kShortestKey = 16;

std::optional<MaskMethod> read_method(const ColumnEntry& entry, Diagnostics& diagnostics) {
    const Tree& value = *entry.value;
    const auto found = std::ranges::find(kMethods, value.is_scalar() ? std::string_view(value.text()) : "");
    if (found != kMethods.end()) return static_cast<MaskMethod>(found - kMethods.begin());
    const std::vector<std::string_view> allowed(kMethods.begin(), kMethods.end());
    diagnostics.add(value.is_null() ? entry.column.location : value.location(),
                    fmt::format("column {} needs a way to be masked", in_quotes(entry.column.name)),
                    value.is_scalar() ? suggestion(value.text(), allowed, diagnostics) : std::string{},
                    allowed_hint(allowed));
    return std::nullopt;
}

}  // namespace

Schema MaskStep::schema() {
    static const std::string kShape = column_map_shape(R"({"enum": ["hmac", "last4"]})");
    return {
        .type = kType,
        .doc = "Values that cannot be read any more.",
        .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                   from_field(),
                   {.name = "mask",
                    .type = FieldType::any,
                    .doc = "A map from columns to `hmac` or `last4`.",
                    .required = true,
                    .details = "`hmac`: HMAC-SHA-256 of the value's text, as 64 hexadecimal digits; equal values stay "
                               "equal. `last4`: * in place of all characters but the last four; all of them where "
                               "there are fewer than eight. Null stays null.",
                    .example = "{email: hmac, card: last4}",
                    .shape = kShape},
                   {.name = "key",
                    .type = FieldType::secret,
                    .doc = "The key of `hmac`: a reference such as ${MASK_KEY}, 16 bytes or more.",
                    .details = "`openssl rand -hex 32` makes one."}}};
}

std::unique_ptr<Transformer> MaskStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto result = std::make_unique<MaskStep>();
    result->from_ = reference(step.section, "from");
    for (const ColumnEntry& entry : column_entries(step.section, kType, kForm, diagnostics))
        if (const auto method = read_method(entry, diagnostics)) result->columns_.push_back({entry.column, *method});
    const bool hmac =
        std::ranges::find(result->columns_, MaskMethod::hmac, &MaskedColumn::method) != result->columns_.end();
    const auto key = step.section.secret("key");
    if (hmac && !key)
        diagnostics.add(step.section.location("mask"), "missing key 'key' in mask step, which hmac needs", {},
                        "key: ${MASK_KEY}, made with `openssl rand -hex 32`");
    if (key && key->reveal().size() < kShortestKey)
        diagnostics.add(
            step.section.location("key"),
            fmt::format("the key has fewer than {} bytes, so whoever has the output could find it by trying",
                        kShortestKey),
            {}, "`openssl rand -hex 32` makes one");
    if (key) result->key_ = *key;
    return diagnostics.list().size() == before ? std::move(result) : nullptr;
}

Node MaskStep::node(const std::vector<RelationId>& relations) const {
    return MaskNode{.input = relations.at(0), .columns = columns_, .key = key_};
}

}  // namespace sluice
