#include "config/validation.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/characters.hpp"
#include "config/scalar_types.hpp"
#include "config/secret_words.hpp"
#include "utils/secret.hpp"

namespace sluice {
namespace {

constexpr std::size_t kQuotedLength = 60;
constexpr std::size_t kListedNames = 30;
constexpr std::size_t kSuggestedFaults = 100;  // beyond so many faults nobody reads the suggestions, and they cost time

std::string_view expectation(FieldType type) {
    switch (type) {
        case FieldType::text:
            return "text";
        case FieldType::integer:
            return "a whole number";
        case FieldType::boolean:
            return "true or false";
        case FieldType::duration:
            return "a duration";
        case FieldType::bytes:
            return "a size in bytes";
        case FieldType::text_list:
            return "text or a list of texts";
        case FieldType::secret:
            return "text";
        case FieldType::secret_map:
        case FieldType::section:
            return "a map";
        case FieldType::section_list:
            return "a list of maps";
        case FieldType::any:
            return "a value";
    }
    return "";
}

std::string_view example(FieldType type) {
    switch (type) {
        case FieldType::integer:
            return "such as 5; at most 9223372036854775807";
        case FieldType::boolean:
            return "allowed: true, false";
        case FieldType::duration:
            return "such as 500ms, 10s, 2m, 1h, 90d";
        case FieldType::bytes:
            return "such as 1000, 64MiB, 2GiB";
        default:
            return {};
    }
}

bool fits(FieldType type, std::string_view text) {
    switch (type) {
        case FieldType::integer:
            return parse_integer(text).has_value();
        case FieldType::boolean:
            return parse_boolean(text).has_value();
        case FieldType::duration:
            return parse_duration(text).has_value();
        case FieldType::bytes:
            return parse_bytes(text).has_value();
        default:
            return true;
    }
}

// What a field is for.
std::string about(const Field& field) {
    return field.doc.empty() ? std::string{} : fmt::format("{}: {}", field.name, field.doc);
}

constexpr std::string_view kNoCredentials =
    "credentials never stand in a config: `aws configure`, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a role give "
    "them to Sluice as to AWS's own tools";

bool is_secret(const Field& field) { return field.type == FieldType::secret || field.type == FieldType::secret_map; }

void hide_all(const Tree& node, Diagnostics& diagnostics) {
    if (node.is_scalar()) diagnostics.hide({node.location(), node.end()});
    for (const Tree& item : node.items()) hide_all(item, diagnostics);
    for (const Tree::Entry& entry : node.entries()) hide_all(entry.value, diagnostics);
}

class Validator {
public:
    explicit Validator(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void map(const Tree& node, const std::vector<Field>& fields, const std::string& where);

private:
    void unknown_key(const Tree::Entry& entry, const std::vector<Field>& fields, const std::string& where);
    void value(const Tree& node, const Field& field);
    void secret(const Tree& node, std::string_view name, bool may_be_empty = false);
    void secret_map(const Tree& node, const Field& field);
    void scalar(const Tree& node, const Field& field);
    void text_list(const Tree& node, const Field& field);
    void wrong_type(const Tree& node, const Field& field, std::string_view expected) {
        diagnostics_.add(node.location(),
                         fmt::format("'{}' must be {}, not {}", field.name, expected, node.kind_name()));
    }

    Diagnostics& diagnostics_;
};

void Validator::map(const Tree& node, const std::vector<Field>& fields, const std::string& where) {
    if (node.faulty()) return;
    if (!node.is_map()) {
        diagnostics_.add(node.location(), fmt::format("{} must be a map, not {}", where, node.kind_name()));
        return;
    }
    for (const Tree::Entry& entry : node.entries()) {
        if (std::ranges::find(fields, entry.key.text(), &Field::name) == fields.end())
            unknown_key(entry, fields, where);
    }
    for (const Field& field : fields) {
        const Tree::Entry* entry = node.find_entry(field.name);
        if (entry != nullptr && (!entry->value.is_null() || entry->value.faulty())) {
            value(entry->value, field);
        } else if (field.required && entry != nullptr) {
            diagnostics_.add(entry->key.location(), fmt::format("'{}' has no value in {}", field.name, where), {},
                             about(field));
        } else if (field.required) {
            diagnostics_.add(node.location(), fmt::format("missing key '{}' in {}", field.name, where), {},
                             about(field));
        }
    }
}

// What stands under a misspelt name of a secret is one too.
void Validator::unknown_key(const Tree::Entry& entry, const std::vector<Field>& fields, const std::string& where) {
    std::vector<std::string_view> allowed;
    for (const Field& field : fields) allowed.push_back(field.name);
    const std::string& key = entry.key.text();
    const auto near = std::ranges::find(fields, nearest_name(key, allowed), &Field::name);
    if (is_secret_word(key) || (near != fields.end() && is_secret(*near))) hide_all(entry.value, diagnostics_);
    diagnostics_.add(entry.key.location(), fmt::format("unknown key {} in {}", in_quotes(key), where),
                     suggestion(key, allowed, diagnostics_),
                     is_secret_word(key) ? std::string(kNoCredentials) : allowed_hint(allowed));
}

// What is wrong with it is said without its text.
void Validator::secret(const Tree& node, std::string_view name, bool may_be_empty) {
    if (node.faulty()) return;
    if (!node.is_scalar()) {
        hide_all(node, diagnostics_);
        diagnostics_.add(node.location(), fmt::format("'{}' must be text, not {}", name, node.kind_name()), {},
                         "a secret is a reference: ${NAME} or ${file:/run/secrets/NAME}");
        return;
    }
    diagnostics_.hide({node.location(), node.end(), node.holds_literal()});
    if (node.text().empty()) {
        if (!may_be_empty)
            diagnostics_.add(node.location(), fmt::format("the secret '{}' is empty", name), {},
                             "write ${NAME:?message} where it must be set, or leave the key out");
    } else if (node.text().find('\0') != std::string::npos) {
        diagnostics_.add(node.location(), fmt::format("the secret '{}' holds a NUL character", name));
    } else if (node.text() == kMasked) {
        diagnostics_.add(node.location(),
                         fmt::format("the secret '{}' is {}, which stands for one that was hidden", name, kMasked), {},
                         "write a reference: ${NAME} or ${file:/run/secrets/NAME}");
    } else if (node.holds_literal()) {
        diagnostics_.warn(node.location(), fmt::format("the secret '{}' is written in the config", name),
                          "whoever reads the file has it: set a variable and write ${NAME}, or put it into a file and "
                          "write ${file:/run/secrets/NAME}");
    }
}

void Validator::secret_map(const Tree& node, const Field& field) {
    if (!node.is_map()) {
        hide_all(node, diagnostics_);
        return wrong_type(node, field, expectation(field.type));
    }
    for (const Tree::Entry& entry : node.entries()) {
        const std::string& name = entry.key.text();
        const bool good = !name.empty() && name.find_first_of(std::string_view("=\0", 2)) == std::string::npos;
        if (!good) {
            diagnostics_.add(entry.key.location(), fmt::format("{} cannot name a variable", in_quotes(name)), {},
                             "a variable's name has letters, digits and _");
        }
        if (!entry.value.is_null() || entry.value.faulty()) secret(entry.value, name);
    }
}

void Validator::value(const Tree& node, const Field& field) {
    if (node.faulty()) return;
    switch (field.type) {
        case FieldType::secret:
            return secret(node, field.name, field.may_be_empty);
        case FieldType::secret_map:
            return secret_map(node, field);
        case FieldType::any:
            return;
        case FieldType::section:
            if (!node.is_map()) return wrong_type(node, field, expectation(field.type));
            return map(node, field.fields, std::string(field.name));
        case FieldType::section_list:
            if (!node.is_list()) return wrong_type(node, field, expectation(field.type));
            for (const Tree& item : node.items()) map(item, field.fields, std::string(field.name));
            return;
        case FieldType::text_list:
            text_list(node, field);
            return;
        default:
            scalar(node, field);
    }
}

void Validator::text_list(const Tree& node, const Field& field) {
    if (!node.is_list()) return scalar(node, field);
    if (node.items().empty()) diagnostics_.add(node.location(), fmt::format("'{}' is an empty list", field.name));
    for (const Tree& item : node.items()) {
        if (item.is_scalar()) {
            scalar(item, field);
        } else {
            wrong_type(item, field, expectation(field.type));
        }
    }
}

void Validator::scalar(const Tree& node, const Field& field) {
    if (node.faulty()) return;
    if (!node.is_scalar()) return wrong_type(node, field, expectation(field.type));
    const bool is_text = field.type == FieldType::text || field.type == FieldType::text_list;
    if (is_text && node.text().empty() && !field.may_be_empty) {
        diagnostics_.add(node.location(), fmt::format("'{}' is empty", field.name), {}, about(field));
    } else if (!field.choices.empty() && std::ranges::find(field.choices, node.text()) == field.choices.end()) {
        diagnostics_.add(node.location(), fmt::format("{} is not a value of '{}'", in_quotes(node.text()), field.name),
                         suggestion(node.text(), field.choices, diagnostics_), allowed_hint(field.choices));
    } else if (!fits(field.type, node.text())) {
        diagnostics_.add(
            node.location(),
            fmt::format("'{}' must be {}, not {}", field.name, expectation(field.type), in_quotes(node.text())), {},
            std::string(example(field.type)));
    } else if (field.type == FieldType::integer) {
        const std::int64_t number = parse_integer(node.text()).value_or(field.least);
        if (number >= field.least && number <= field.most) return;
        diagnostics_.add(node.location(), fmt::format("'{}' must be from {} to {}, not {}", field.name, field.least,
                                                      field.most, number));
    }
}

}  // namespace

void validate(const Tree& map, const std::vector<Field>& fields, const std::string& where, Diagnostics& diagnostics) {
    Validator(diagnostics).map(map, fields, where);
}

std::string suggestion(std::string_view name, const std::vector<std::string_view>& allowed,
                       const Diagnostics& diagnostics) {
    if (diagnostics.list().size() >= kSuggestedFaults) return {};
    const std::string_view nearest = nearest_name(name, allowed);
    return nearest.empty() ? std::string{} : fmt::format("did you mean '{}'?", nearest);
}

std::string allowed_hint(const std::vector<std::string_view>& allowed) {
    if (allowed.empty()) return {};
    const auto shown = std::min(allowed.size(), kListedNames);
    std::string hint = fmt::format(
        "allowed: {}", fmt::join(allowed.begin(), allowed.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    if (shown < allowed.size()) hint += fmt::format(" and {} more", allowed.size() - shown);
    return hint;
}

std::string in_quotes(std::string_view text) {
    const std::string shown = showable(text.substr(0, 4 * kQuotedLength));
    std::size_t offset = 0;
    for (std::size_t count = 0; offset < shown.size(); ++count) {
        if (count == kQuotedLength) return fmt::format("'{}...'", std::string_view(shown).substr(0, offset));
        offset += first_character(std::string_view(shown).substr(offset)).length;
    }
    return fmt::format("'{}'", shown);
}

Section SectionReader::make(std::shared_ptr<const Tree> root, const Tree& map, const std::vector<Field>& fields) {
    Section section;
    section.root_ = std::move(root);
    section.map_ = &map;
    section.fields_ = &fields;
    return section;
}

}  // namespace sluice
