#include "config/loading.hpp"

#include <fmt/format.h>

#include "config/validation.hpp"

namespace sluice {

void Names::add(const Loading& loading, std::string_view list_key) {
    for (const Tree& item : list_of(loading, list_key)) {
        const Tree* name = item_name(item, list_key);
        if (name == nullptr) continue;
        const auto [known, is_new] = first_.try_emplace(name->text(), name);
        if (is_new) {
            list_.push_back(name->text());
        } else {
            duplicates_.push_back({name, known->second});
            ambiguous_.insert(name->text());
        }
    }
}

void Names::check_unique(std::string_view what, std::string_view advice, Diagnostics& diagnostics) const {
    for (const Duplicate& duplicate : duplicates_) {
        diagnostics.add(duplicate.name->location(),
                        fmt::format("two {} are named {}", what, in_quotes(duplicate.name->text())), {},
                        fmt::format("{}; the first is at {}", advice, duplicate.first->location().text()));
    }
}

const std::vector<Tree>& list_of(const Loading& loading, std::string_view key) {
    static const std::vector<Tree> kNone;
    const Tree* list = loading.document->root.find(key);
    return list == nullptr ? kNone : list->items();
}

const Tree* item_name(const Tree& item, std::string_view list_key) {
    const std::string_view fallback = list_key == "outputs"                                ? "from"
                                      : list_key == "destinations" || list_key == "alerts" ? "type"
                                                                                           : "";
    for (const std::string_view key : {std::string_view("name"), fallback}) {
        const Tree* name = item.find(key);
        if (name != nullptr && name->is_scalar()) return name->faulty() || name->text().empty() ? nullptr : name;
    }
    return nullptr;
}

}  // namespace sluice
