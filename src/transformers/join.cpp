#include "transformers/join.hpp"

#include <fmt/format.h>

#include <array>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "transformers/step_reading.hpp"

namespace sluice {
namespace {

constexpr std::string_view kUsingForms = "forms: user_id | [user_id, day] | [{left: uid, right: user_id}]";

struct NamedKind {
    std::string_view name;
    JoinKind kind;
};
constexpr std::array kKinds{NamedKind{"inner", JoinKind::inner}, NamedKind{"left", JoinKind::left},
                            NamedKind{"right", JoinKind::right}, NamedKind{"full", JoinKind::full},
                            NamedKind{"semi", JoinKind::semi},   NamedKind{"anti", JoinKind::anti}};

JoinKind join_kind(std::string_view name) {
    for (const NamedKind& kind : kKinds) {
        if (kind.name == name) return kind.kind;
    }
    return JoinKind::inner;
}

// One item of `using`; adds a fault and gives nothing when it is neither a name nor {left, right}.
std::optional<JoinKey> read_key(const Tree& item, Diagnostics& diagnostics) {
    if (item.is_scalar()) return JoinKey{item.text(), item.text()};
    if (!item.is_map()) {
        diagnostics.add(item.location(),
                        fmt::format("a key of 'using' must be a column's name or a map, not {}", item.kind_name()), {},
                        std::string(kUsingForms));
        return std::nullopt;
    }
    JoinKey key;
    bool good = true;
    for (const Tree::Entry& entry : item.entries()) {
        if (entry.key.text() != "left" && entry.key.text() != "right") {
            diagnostics.add(entry.key.location(), fmt::format("unknown key {} in using", in_quotes(entry.key.text())),
                            {}, "allowed: left, right");
            good = false;
        }
    }
    for (const auto& [name, column] : {std::pair{"left", &key.left}, std::pair{"right", &key.right}}) {
        const Tree* value = item.find(name);
        if (value == nullptr || !value->is_scalar()) {
            diagnostics.add(value == nullptr ? item.location() : value->location(),
                            fmt::format("'{}' in using must be a column's name", name), {}, std::string(kUsingForms));
            good = false;
        } else {
            *column = value->text();
        }
    }
    return good ? std::optional(key) : std::nullopt;
}

bool read_suffixes(const Section& join, JoinShape& shape, Diagnostics& diagnostics) {
    if (!join.has("suffixes")) return true;
    const auto suffixes = join.texts("suffixes");
    if (suffixes.size() != 2) {
        diagnostics.add(join.location("suffixes"), fmt::format("'suffixes' needs two texts, not {}", suffixes.size()),
                        {}, "one for the left, one for the right: [_x, _y]");
        return false;
    }
    if (suffixes[0].value == suffixes[1].value) {
        diagnostics.add(suffixes[1].location, "both suffixes are the same", {},
                        "columns that both sides have would get one name: use [_x, _y]");
        return false;
    }
    shape.left_suffix = suffixes[0].value;
    shape.right_suffix = suffixes[1].value;
    return true;
}

}  // namespace

Schema JoinStep::schema() {
    std::vector<std::string_view> kinds;
    for (const NamedKind& kind : kKinds) kinds.push_back(kind.name);
    std::vector<Field> join{
        {.name = "left", .doc = "The source or step whose order the result keeps.", .required = true, .is_input = true},
        {.name = "right", .doc = "The source or step that is looked up.", .required = true, .is_input = true},
        {.name = "using",
         .type = FieldType::any,
         .doc = "The column that both sides have in common, or a list.",
         .required = true,
         .details = "Each is a name, or `{left: uid, right: user_id}`.",
         .example = "user_id",
         .shape = R"({"anyOf": [{"$ref": "#/$defs/join_key"}, {"type": "array", "minItems": 1,)"
                  R"( "items": {"$ref": "#/$defs/join_key"}}]})"},
        {.name = "how",
         .doc = "Which rows without a match are kept.",
         .default_text = "inner",
         .choices = std::move(kinds),
         .details =
             "`left`, `right`, `full`: also rows without a match of that side; `semi`: left rows that have a match; "
             "`anti`: left rows that have none."},
        {.name = "suffixes",
         .type = FieldType::text_list,
         .doc = "What a column's name gets when both sides have it: left, right; by default [_x, _y].",
         .may_be_empty = true,
         .shape = R"({"type": "array", "items": {"$ref": "#/$defs/text_or_empty"}, "minItems": 2, "maxItems": 2})"}};
    return {.type = kType,
            .doc = "Rows of two inputs that have the same key.",
            .fields = {{.name = "name", .doc = "The step's name.", .required = true},
                       {.name = "join",
                        .type = FieldType::section,
                        .doc = "What is joined, and by which columns.",
                        .required = true,
                        .fields = std::move(join)}}};
}

std::unique_ptr<Transformer> JoinStep::from_config(const ConfigItem& step, Diagnostics& diagnostics) {
    const auto join = step.section.section("join");
    if (!join) return nullptr;
    auto result = std::make_unique<JoinStep>();
    result->left_ = reference(*join, "left");
    result->right_ = reference(*join, "right");
    result->shape_.how = join_kind(join->text("how"));
    bool good = read_suffixes(*join, result->shape_, diagnostics);
    if (const Tree* keys = join->node("using")) {
        const std::vector<Tree> single = keys->is_list() ? std::vector<Tree>{} : std::vector<Tree>{*keys};
        for (const Tree& item : keys->is_list() ? keys->items() : single) {
            auto key = read_key(item, diagnostics);
            good = good && key.has_value();
            if (!key) continue;
            result->shape_.keys.push_back(std::move(*key));
            result->key_locations_.push_back(item.location());
        }
        if (keys->is_list() && keys->items().empty()) {
            diagnostics.add(keys->location(), "'using' is an empty list", {}, std::string(kUsingForms));
            good = false;
        }
    }
    return good ? std::move(result) : nullptr;
}

Node JoinStep::node(const std::vector<RelationId>& relations) const {
    return JoinNode{
        .left = relations.at(0), .right = relations.at(1), .shape = shape_, .key_locations = key_locations_};
}

}  // namespace sluice
