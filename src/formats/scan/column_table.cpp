#include "formats/scan/column_table.hpp"

namespace sluice::formats {

ColumnId ColumnTable::find_or_add(std::string_view name) {
    if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
    const ColumnId id = registry_.id_of(name);
    ids_.emplace(registry_.name(id), id);  // the registry's string outlives this table
    if (id >= columns_.size()) columns_.resize(id + std::size_t{1});
    return id;
}

void ColumnTable::remember_quoted(ColumnId id, std::string_view quoted) {
    Column& column = columns_[id];
    if (column.quoted_size != 0) return;
    std::string& kept = quoted_.emplace_back(quoted);
    kept.append(kHead, '\0');
    column.quoted = kept.data();
    column.quoted_size = static_cast<std::uint32_t>(quoted.size());
    column.head_mask = quoted.size() >= kHead ? 0xFFFFU : (1U << quoted.size()) - 1U;
}

}  // namespace sluice::formats
