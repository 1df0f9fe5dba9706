// The column names of one scan: gives each name one number for all of the scan's threads.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "rows/block.hpp"

namespace sluice::formats {

// Thread-safe. Readers ask only for names that they have not met before, so the lock is rare.
class ColumnRegistry {
public:
    [[nodiscard]] ColumnId id_of(std::string_view name) {
        const std::lock_guard lock(mutex_);
        if (const auto found = ids_.find(name); found != ids_.end()) return found->second;
        const auto id = static_cast<ColumnId>(names_.size());
        names_.emplace_back(name);
        ids_.emplace(names_.back(), id);
        return id;
    }
    // The reference lives as long as the registry.
    [[nodiscard]] const std::string& name(ColumnId id) const {
        const std::lock_guard lock(mutex_);
        return names_[id];
    }

private:
    mutable std::mutex mutex_;
    std::deque<std::string> names_;  // a deque: references stay valid
    std::unordered_map<std::string_view, ColumnId> ids_;
};

}  // namespace sluice::formats
