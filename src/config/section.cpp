#include "config/section.hpp"

#include <algorithm>

#include "config/scalar_types.hpp"
#include "config/schema.hpp"
#include "config/tree.hpp"

namespace sluice {
namespace {

const Field* field_of(const std::vector<Field>* fields, std::string_view name) {
    if (fields == nullptr) return nullptr;
    const auto found = std::ranges::find(*fields, name, &Field::name);
    return found == fields->end() ? nullptr : &*found;
}

}  // namespace

const Tree* Section::node(std::string_view field) const {
    const Tree* value = map_ == nullptr ? nullptr : map_->find(field);
    return value == nullptr || value->is_null() ? nullptr : value;
}

const std::vector<Field>& Section::fields() const {
    static const std::vector<Field> kNone;
    return fields_ == nullptr ? kNone : *fields_;
}

Location Section::location() const { return map_ == nullptr ? Location{} : map_->location(); }

bool Section::has(std::string_view field) const { return node(field) != nullptr; }

bool Section::says_null(std::string_view field) const {
    const Tree* value = map_ == nullptr ? nullptr : map_->find(field);
    return value != nullptr && value->is_null() && !value->faulty();
}

Location Section::location(std::string_view field) const {
    const Tree* value = node(field);
    return value == nullptr ? location() : value->location();
}

std::string Section::text(std::string_view field) const {
    const Field* known = field_of(fields_, field);
    const Tree* value = node(field);
    if (value != nullptr) return known != nullptr && known->type == FieldType::secret ? kMasked : value->text();
    return known == nullptr ? std::string{} : std::string(known->default_text);
}

std::int64_t Section::integer(std::string_view field) const { return parse_integer(text(field)).value_or(0); }
bool Section::boolean(std::string_view field) const { return parse_boolean(text(field)).value_or(false); }
std::chrono::milliseconds Section::duration(std::string_view field) const {
    return parse_duration(text(field)).value_or(std::chrono::milliseconds{0});
}
std::uint64_t Section::bytes(std::string_view field) const { return parse_bytes(text(field)).value_or(0); }

std::vector<LocatedText> Section::texts(std::string_view field) const {
    std::vector<LocatedText> result;
    const Tree* value = node(field);
    if (value == nullptr) return result;
    if (value->is_scalar()) result.push_back({value->text(), value->location()});
    for (const Tree& item : value->items()) {
        if (item.is_scalar()) result.push_back({item.text(), item.location()});
    }
    return result;
}

std::optional<Secret> Section::secret(std::string_view field) const {
    const Tree* value = node(field);
    return value == nullptr || !value->is_scalar() ? std::nullopt : std::optional(Secret(value->text()));
}

std::vector<std::pair<std::string, Secret>> Section::secrets(std::string_view field) const {
    std::vector<std::pair<std::string, Secret>> result;
    const Tree* map = node(field);
    if (map == nullptr) return result;
    for (const Tree::Entry& entry : map->entries()) {
        if (entry.value.is_scalar()) result.emplace_back(entry.key.text(), Secret(entry.value.text()));
    }
    return result;
}

std::optional<Section> Section::section(std::string_view field) const {
    const Tree* value = node(field);
    if (value == nullptr || !value->is_map()) return std::nullopt;
    const Field* known = field_of(fields_, field);
    Section inner = *this;
    inner.map_ = value;
    inner.fields_ = known == nullptr ? nullptr : &known->fields;
    return inner;
}

std::vector<Section> Section::sections(std::string_view field) const {
    std::vector<Section> result;
    const Tree* value = node(field);
    if (value == nullptr) return result;
    const Field* known = field_of(fields_, field);
    for (const Tree& item : value->items()) {
        if (!item.is_map()) continue;
        Section inner = *this;
        inner.map_ = &item;
        inner.fields_ = known == nullptr ? nullptr : &known->fields;
        result.push_back(std::move(inner));
    }
    return result;
}

}  // namespace sluice
