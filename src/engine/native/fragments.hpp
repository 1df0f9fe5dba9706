// One side of a written join: every row of a source formatted once, while it is read, as the piece of text that it
// gives to each joined row it takes part in.
//
// The columns are predicted from the first block. One that comes late is added at the end; rows formatted before it get
// a constant tail of nulls when they are written. Where that is not enough (the late column renames others, or two
// threads met late columns out of order) formatted_as() says no, and the source is formatted once more with the true
// columns.
//
// Order of calls: predict(), builders in the scan's threads, sort_blocks(), then the rest. Builders of several threads
// may work at once; everything else is for one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/join_columns.hpp"
#include "formats/fragment.hpp"
#include "formats/row_layout.hpp"
#include "formats/value_rendering.hpp"
#include "rows/scan.hpp"

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

class FragmentSet {
public:
    FragmentSet(JoinShape shape, JoinSide side, RowLayout layout, ValueStyle style, const DeclaredTypes& types);

    [[nodiscard]] const RowLayout& layout() const noexcept { return layout_; }

    // Formats from now on for these columns of the two sources; forgets what was formatted before.
    void predict(std::vector<std::string> own, std::vector<std::string> other);
    void sort_blocks();
    // Whether what was formatted is right (tails apart) now that all columns are known.
    [[nodiscard]] bool formatted_as(std::span<const std::string> own, std::span<const std::string> other) const;

    // All rows in input order. Valid until predict() or clear().
    [[nodiscard]] std::vector<Fragment> rows() const;
    [[nodiscard]] std::size_t field_count() const { return version_->fields.size(); }
    // What is missing at the end of a row that was formatted with the first `fields` columns.
    [[nodiscard]] std::string tail(std::size_t fields) const;
    void clear() { blocks_ = std::vector<Block>(); }

private:
    friend class FragmentBuilder;

    // The columns as known at some moment; never changed, so that a thread can format a block without a lock.
    struct Version {
        std::vector<std::string> own;       // the source's columns
        std::vector<FragmentField> fields;  // those that are written here, with their names in the result
        FragmentFormatter formatter;
        bool usable = true;  // false: a name clash, or a late column that renames others
    };
    struct Block {
        Ordinal first = 0;
        std::uint32_t fields = 0;
        std::unique_ptr<char[]> bytes;
        std::vector<std::uint32_t> ends;  // of each row's text
    };

    // The fields that this side gives; nothing when names clash.
    [[nodiscard]] std::optional<std::vector<FragmentField>> fields_for(std::span<const std::string> own,
                                                                       std::span<const std::string> other) const;
    [[nodiscard]] std::shared_ptr<const Version> make_version(std::vector<std::string> own,
                                                              std::vector<FragmentField> fields, bool usable) const;
    [[nodiscard]] std::shared_ptr<const Version> current() const;
    // The current version, after `name` was made one of its columns.
    [[nodiscard]] std::shared_ptr<const Version> version_with(const std::string& name);
    void add(Block block);

    JoinShape shape_;
    JoinSide side_;
    RowLayout layout_;
    ValueStyle style_;
    const DeclaredTypes* types_;
    std::vector<std::string> other_;  // the other source's columns as predicted
    mutable std::mutex mutex_;        // guards version_ and blocks_ while builders work
    std::shared_ptr<const Version> version_;
    std::vector<Block> blocks_;
};

// One thread's share of the formatting.
class FragmentBuilder {
public:
    FragmentBuilder(FragmentSet& set, const Scan& scan) : set_(&set), scan_(&scan) {}
    void add(const Block& block);

private:
    static constexpr std::int32_t kUnknown = -2;
    static constexpr std::int32_t kUnwritten = -1;

    [[nodiscard]] bool place_tokens(std::span<const RowEntry> row);
    void learn(ColumnId column);
    void take(std::shared_ptr<const FragmentSet::Version> version);
    void flush(Ordinal first, std::size_t fields);

    FragmentSet* set_;
    const Scan* scan_;
    std::shared_ptr<const FragmentSet::Version> version_;
    std::vector<std::int32_t> positions_;  // by ColumnId
    std::vector<Token> tokens_;            // of one row, by field
    std::string text_;
    std::vector<std::uint32_t> ends_;
};

}  // namespace sluice
