// One side of a written join: every row of a source formatted once, while it is read, as the piece of text that it
// gives to each joined row it takes part in.
//
// The columns are predicted from the first block. One that comes late is added at the end, at a cost that does not
// depend on how many there are; rows formatted before it get a constant tail of nulls when they are written. Where that
// is not enough (the late column renames others, or two threads met late columns out of order) formatted_as() says no,
// and the source is formatted once more with the true columns.
//
// Order of calls: predict(), builders in the scan's threads, sort_blocks(), then the rest. Builders of several threads
// may work at once; everything else is for one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/join_columns.hpp"
#include "engine/native/native_engine.hpp"
#include "formats/fragment.hpp"
#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "rows/scan.hpp"
#include "utils/large_memory.hpp"

namespace sluice {

enum class JoinSide { left, right };

// How `column` of a source is to be read by formats.
[[nodiscard]] OutputColumn output_column(std::string name, std::string_view source_column, const DeclaredTypes& types);

// The text that one row gives; `fields` says how many columns were known when it was formatted.
struct Fragment {
    const char* data = nullptr;
    std::uint32_t size = 0;
    std::uint32_t fields = 0;
    [[nodiscard]] std::string_view view() const noexcept { return {data, size}; }
};

// The memory that the fragments of an engine may take. A row costs a null for each column that only others have, so
// their text may be far longer than the input.
struct FragmentRoom {
    std::uint64_t limit = UINT64_MAX;
    std::atomic<std::uint64_t> used{0};
};

class FragmentSet {
public:
    // `join`, `types` and `room` outlive it.
    FragmentSet(const NativeJoin& join, JoinSide side, RowLayout layout, ValueStyle style, const DeclaredTypes& types,
                FragmentRoom& room);

    [[nodiscard]] const RowLayout& layout() const noexcept { return layout_; }

    // Formats from now on for these columns of the two sources; forgets what was formatted before.
    void predict(std::span<const std::string> own, std::vector<std::string> other);
    void sort_blocks();
    // Whether what was formatted is right (tails apart) now that all columns are known.
    [[nodiscard]] bool formatted_as(std::span<const std::string> own, std::span<const std::string> other) const;

    // All rows in input order. Valid until predict() or clear().
    [[nodiscard]] std::vector<Fragment> rows() const;
    [[nodiscard]] std::size_t field_count() const noexcept { return fields_.size(); }
    // The texts of a null in each field, with the separators before all but the first.
    [[nodiscard]] std::vector<std::string> null_fields() const;
    void clear();

private:
    friend class FragmentBuilder;

    static constexpr std::int32_t kUnwritten = -1;

    struct Block {
        Ordinal first = 0;
        std::uint32_t fields = 0;
        LargeBytes bytes;
        std::vector<std::uint32_t> ends;  // of each row's text
    };

    // The fields that this side gives; nothing when names clash.
    [[nodiscard]] std::optional<std::vector<FragmentField>> fields_for(std::span<const std::string> own,
                                                                       std::span<const std::string> other) const;
    // The place among the fields of the source's column `name`, or kUnwritten. A new column gets one at the end. Brings
    // `formatter` up to all fields there are.
    [[nodiscard]] std::int32_t place_of(const std::string& name, FragmentFormatter& formatter);
    // Fails when there is no room for it.
    [[nodiscard]] Result<> add(Block block);
    [[nodiscard]] Error no_room() const;

    const NativeJoin* join_;
    JoinSide side_;
    RowLayout layout_;
    ValueStyle style_;
    const DeclaredTypes* types_;
    FragmentRoom* room_;
    std::vector<std::string> other_;  // the other source's columns as predicted
    ColumnPositions other_at_;
    bool usable_ = true;        // false: the names clash as predicted
    mutable std::mutex mutex_;  // guards what follows while builders work
    std::deque<FragmentField> fields_;
    std::unordered_map<std::string, std::int32_t> places_;  // by the source's name
    std::vector<Block> blocks_;
};

// What is missing at the end of a row that was formatted with the first n fields, up to and with `after`. All of these
// are ends of one text.
class FragmentTails {
public:
    static constexpr std::size_t kSpare = 32;  // bytes behind each tail that may be read

    FragmentTails() = default;
    FragmentTails(const FragmentSet& set, std::string_view after);
    [[nodiscard]] std::string_view behind(std::size_t fields) const noexcept {
        return {text_.data() + begins_[fields], text_.size() - kSpare - begins_[fields]};
    }

private:
    std::string text_;  // with the spare bytes
    std::vector<std::size_t> begins_;
};

// One thread's share of the formatting.
class FragmentBuilder {
public:
    FragmentBuilder(FragmentSet& set, const Scan& scan, const StopFlag* stop)
        : set_(&set), scan_(&scan), stop_(stop), formatter_(std::span<const OutputColumn>(), set.layout_, set.style_) {}
    // Fails for want of room, or when it is told to stop.
    [[nodiscard]] Result<> add(const Block& block);

private:
    static constexpr std::int32_t kUnknown = -2;

    void place_tokens(std::span<const RowEntry> row);
    [[nodiscard]] std::int32_t learn(ColumnId column);
    [[nodiscard]] Result<> flush(Ordinal first, std::size_t fields);

    FragmentSet* set_;
    const Scan* scan_;
    const StopFlag* stop_;
    FragmentFormatter formatter_;          // of as many of the set's fields as this thread has met
    std::vector<std::int32_t> positions_;  // by ColumnId
    std::vector<Token> tokens_;            // of one row, by field
    std::string text_;
    std::vector<std::uint32_t> ends_;
};

}  // namespace sluice
