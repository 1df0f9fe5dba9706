#include "config/overlay.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "config/loading.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 5> kNamedLists{"data_sources", "transforms", "outputs", "destinations",
                                                      "alerts"};

bool is_named_list(std::string_view key) { return std::ranges::find(kNamedLists, key) != kNamedLists.end(); }

class Merger {
public:
    explicit Merger(const Variables& variables) : variables_(variables) {}

    void maps(Tree& base, const Tree& overlay, bool is_top);

private:
    void items(Tree& base, const Tree& overlay, std::string_view list);
    [[nodiscard]] std::string name_of(const Tree& item, std::string_view list) const;

    const Variables& variables_;
};

void Merger::maps(Tree& base, const Tree& overlay, bool is_top) {
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t i = 0; i < base.entries().size(); ++i) places.emplace(base.entries()[i].key.text(), i);
    for (const Tree::Entry& entry : overlay.entries()) {
        const auto known = places.find(entry.key.text());
        if (known == places.end()) {
            base.mutable_entries().push_back(entry);
            continue;
        }
        Tree::Entry& present = base.mutable_entries()[known->second];
        if (present.value.is_map() && entry.value.is_map()) {
            maps(present.value, entry.value, false);
        } else if (is_top && is_named_list(entry.key.text()) && present.value.is_list() && entry.value.is_list()) {
            items(present.value, entry.value, entry.key.text());
        } else {
            present = entry;
        }
    }
}

// An output that has neither `name` nor `from` is meant by its `file`.
std::string Merger::name_of(const Tree& item, std::string_view list) const {
    const Tree* name = item_name(item, list);
    if (name != nullptr) return resolved_name(*name, variables_);
    const Tree* file = list == "outputs" ? item.find("file") : nullptr;
    return file != nullptr && file->is_scalar() ? "file " + resolved_name(*file, variables_) : std::string{};
}

void Merger::items(Tree& base, const Tree& overlay, std::string_view list) {
    std::unordered_map<std::string, std::size_t> places;
    const std::size_t count = base.items().size();
    for (std::size_t i = 0; i < count; ++i) {
        const Tree& item = base.items()[i];
        if (std::string name = name_of(item, list); !name.empty()) places.emplace(std::move(name), i);
        const Tree* file = list == "outputs" ? item.find("file") : nullptr;
        if (file != nullptr && file->is_scalar()) places.emplace("file " + resolved_name(*file, variables_), i);
    }
    std::vector<bool> merged(count, false);
    for (const Tree& item : overlay.items()) {
        const auto known = places.find(name_of(item, list));
        const bool fits =
            known != places.end() && !merged[known->second] && item.is_map() && base.items()[known->second].is_map();
        if (!fits) {
            base.mutable_items().push_back(item);
            continue;
        }
        merged[known->second] = true;
        maps(base.mutable_items()[known->second], item, false);
    }
}

}  // namespace

void merge_overlay(Tree& base, const Tree& overlay, const Variables& variables) {
    Merger(variables).maps(base, overlay, true);
}

}  // namespace sluice
