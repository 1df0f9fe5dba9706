// One reader's knowledge of the columns: finds a key's column, mostly by guessing that keys follow one another as they
// did in the row before, and else by a hash lookup.
#pragma once

#include <emmintrin.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "formats/scan/column_registry.hpp"
#include "formats/scan/declared_column.hpp"
#include "rows/block.hpp"
#include "rows/row_rule.hpp"

namespace sluice::formats {

struct Column {
    static constexpr ColumnId kNone = ~ColumnId{0};
    static constexpr std::int32_t kNoSlot = -1;
    static constexpr std::uint32_t kNoPlace = ~std::uint32_t{0};

    const char* quoted = nullptr;   // the key with its quotes, as a text without escapes
    std::uint32_t quoted_size = 0;  // 0: never seen without escapes
    std::uint32_t head_mask = 0;    // a bit for each of its first 16 bytes
    std::uint32_t last_row = 0;     // number of the row that had it last, to find a key that stands twice
    ColumnId next = kNone;          // the column that came after this one last time
    std::int32_t slot = kNoSlot;
    std::int32_t survey = kNoSlot;   // its place among the surveyed columns
    std::uint8_t kinds = 0;          // bit set of 1 << Kind
    std::uint32_t place = kNoPlace;  // in the schema
    bool ruled = false;              // its values do not simply pass: ColumnRules
    bool watched = false;            // declared or surveyed: its values are looked at
    const DeclaredColumn* declared = nullptr;
    const std::vector<const RowRule*>* row_rules = nullptr;  // null: none
};

// One thread.
class ColumnTable {
public:
    explicit ColumnTable(ColumnRegistry& registry) : registry_(registry) {}

    [[nodiscard]] Column& operator[](ColumnId id) { return columns_[id]; }
    [[nodiscard]] std::size_t size() const noexcept { return columns_.size(); }
    [[nodiscard]] const std::string& name(ColumnId id) const { return registry_.name(id); }

    // The column of a name that may be new. May move all Column objects.
    [[nodiscard]] ColumnId find_or_add(std::string_view name);
    // Lets is_expected() know the column by this key, which has quotes and no escapes.
    void remember_quoted(ColumnId id, std::string_view quoted);

    // Whether the `size` bytes from a key's quote up to its colon are this column's key. May read kHead bytes more.
    [[nodiscard]] static bool is_expected(const Column& column, const char* key, std::uint32_t size) noexcept {
        if (column.quoted_size != size) return false;
        // Nearly all keys are short, and then a call of memcmp costs more than the comparison.
        if ((differences(column.quoted, key) & column.head_mask) != 0) return false;
        return size <= kHead || std::memcmp(column.quoted + kHead, key + kHead, size - kHead) == 0;
    }

private:
    static constexpr std::uint32_t kHead = 16;

    // A bit for each of the first kHead bytes, set where they differ.
    [[nodiscard]] static std::uint32_t differences(const char* left, const char* right) noexcept {
        __m128i left_bytes;
        __m128i right_bytes;
        std::memcpy(&left_bytes, left, kHead);
        std::memcpy(&right_bytes, right, kHead);
        return ~static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(left_bytes, right_bytes)));
    }

    ColumnRegistry& registry_;
    std::vector<Column> columns_;  // by ColumnId; those that only other readers know are empty
    std::unordered_map<std::string_view, ColumnId> ids_;
    std::deque<std::string> quoted_;  // each with kHead bytes more; a deque: the bytes stay where they are
};

}  // namespace sluice::formats
