// What an aggregate or a pair output reads: a source, or the inner join of two. Finds columns by their names there, and
// for a join knows how many rows of each side have each key.
//
// Order of calls: the want functions, then, with the sources read and assembled, match(), then the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/native/native_engine.hpp"
#include "engine/native/source_scan.hpp"

namespace sluice {

// A column of one of the sources, as a name of the input turned out to mean it.
struct FoundColumn {
    JoinSide side = JoinSide::left;
    const SourceTable* table = nullptr;
    std::size_t slot = 0;
    const ColumnSummary* summary = nullptr;
    bool join_key = false;

    [[nodiscard]] const EncodedColumn& encoded() const { return table->column(slot); }
};

class AggregateInput {
public:
    explicit AggregateInput(SourceTable& source) : left_(&source) {}
    AggregateInput(SourceTable& left, SourceTable& right, NativeJoin join);

    [[nodiscard]] bool is_join() const noexcept { return right_ != nullptr; }
    [[nodiscard]] const NativeJoin& join() const noexcept { return join_; }
    [[nodiscard]] const std::string& name() const noexcept { return is_join() ? join_.step : left_->source().name(); }
    [[nodiscard]] SourceTable& table(JoinSide side) const noexcept { return side == JoinSide::left ? *left_ : *right_; }

    // Calls `want` for every column of either side that `name` may turn out to mean: which it is depends on all columns
    // of both sides, known only when they have been read.
    void for_each_candidate(std::string_view name, const std::function<void(SourceTable&, std::size_t slot)>& want);
    // The slots of a join's keys.
    [[nodiscard]] std::size_t key_slot(JoinSide side) const noexcept {
        return side == JoinSide::left ? left_key_ : right_key_;
    }

    // Before everything is read: the column that `name` means as far as is known, if no column that comes late can
    // change that. (A column of a join may yet get a suffix, unless it has one or is the key.)
    [[nodiscard]] std::optional<FoundColumn> settled_meaning(std::string_view name) const;

    // Settles the columns and counts the rows per key. Does its work once. Fails for clashing names and for keys that
    // cannot match.
    [[nodiscard]] Result<> match(int threads, const Domains& domains);

    [[nodiscard]] const std::vector<std::string>& column_names() const noexcept { return names_; }
    [[nodiscard]] const std::vector<JoinedColumn>& joined_columns() const noexcept { return joined_; }
    [[nodiscard]] std::optional<FoundColumn> find(std::string_view name) const;
    // Whether a source has no rows, so that nothing is known of its columns.
    [[nodiscard]] bool lacks_rows() const;

    // Rows of the input, and of its sides.
    [[nodiscard]] std::uint64_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::uint64_t unmatched(JoinSide side) const noexcept {
        return side == JoinSide::left ? unmatched_left_ : unmatched_right_;
    }
    // Of a join: the key code of each row of a side, and the side's rows per code (none for kNullCode).
    [[nodiscard]] std::span<const Code> key_codes(JoinSide side) const {
        return table(side).column(key_slot(side)).codes;
    }
    [[nodiscard]] std::span<const std::uint32_t> rows_per_key(JoinSide side) const {
        return side == JoinSide::left ? left_rows_ : right_rows_;
    }

private:
    [[nodiscard]] Result<> settle_columns();
    [[nodiscard]] Result<> check_keys() const;
    [[nodiscard]] FoundColumn locate(const JoinedColumn& column) const;
    [[nodiscard]] FoundColumn locate(JoinSide side, const std::string& source_name) const;

    SourceTable* left_;
    SourceTable* right_ = nullptr;
    NativeJoin join_;
    std::size_t left_key_ = 0;
    std::size_t right_key_ = 0;
    bool matched_ = false;
    std::vector<std::string> names_;
    std::vector<JoinedColumn> joined_;
    LargeVector<std::uint32_t> left_rows_;
    LargeVector<std::uint32_t> right_rows_;
    std::uint64_t rows_ = 0;
    std::uint64_t unmatched_left_ = 0;
    std::uint64_t unmatched_right_ = 0;
};

}  // namespace sluice
