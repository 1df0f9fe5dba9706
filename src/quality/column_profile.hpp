// What the values of a column are like: kinds, nulls, distinct values, the least and the greatest, the frequent ones.
// Memory stays below some 2 MiB a column, plus the least and greatest value. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "quality/key_sketch.hpp"
#include "quality/value_counts.hpp"
#include "rows/row_stream.hpp"
#include "rows/time_reader.hpp"
#include "rows/token.hpp"

namespace sluice {

class ColumnProfile {
public:
    // Times of a column that means them are compared as times; all else in the order of keys: false, true, numbers,
    // text by code point, nested. TimeReader::of() must know the column's notation.
    explicit ColumnProfile(OutputColumn column);

    void add(const Token& token);
    void add_nulls(std::uint64_t count) { kinds_[static_cast<std::size_t>(Kind::null)] += count; }

    [[nodiscard]] const OutputColumn& column() const noexcept { return column_; }
    [[nodiscard]] std::uint64_t rows() const;
    [[nodiscard]] std::uint64_t count(Kind kind) const { return kinds_[static_cast<std::size_t>(kind)]; }
    [[nodiscard]] std::uint64_t nulls() const { return count(Kind::null); }

    // Whether distinct() and the counts of top() are exact; they are up to ValueCounts::kMostKeys values.
    [[nodiscard]] bool exact() const noexcept { return counts_.exact(); }
    [[nodiscard]] std::uint64_t distinct() const { return exact() ? counts_.size() : sketch_.distinct(); }
    [[nodiscard]] std::vector<ValueCounts::Count> top(std::size_t most) const { return counts_.top(most); }
    [[nodiscard]] const KeySketch& sketch() const noexcept { return sketch_; }

    // As JSON; nothing when there are only nulls.
    [[nodiscard]] std::optional<std::string> least() const;
    [[nodiscard]] std::optional<std::string> greatest() const;

    // Every value that is not null is a text that `types: timestamp` (or timestamp_ns) takes, and there is one.
    [[nodiscard]] bool all_times() const noexcept { return times_ && count(Kind::text) > 0; }
    [[nodiscard]] bool needs_nanoseconds() const noexcept { return nanoseconds_; }

private:
    struct Extreme {
        std::string key;
        ParsedTime time;
        std::string json;  // of a time: as it was written
    };
    void note_extremes(const Token& token);
    void note_time(const Token& token);
    [[nodiscard]] bool before(const Extreme& left, const Extreme& right) const;
    [[nodiscard]] bool is_time() const noexcept;

    OutputColumn column_;
    TimeReader reader_;
    std::array<std::uint64_t, 7> kinds_{};
    ValueCounts counts_;
    KeySketch sketch_;
    std::optional<Extreme> least_;
    std::optional<Extreme> greatest_;
    bool times_ = true;
    bool nanoseconds_ = false;
    Extreme candidate_;  // kept for its memory
    std::string text_;
};

// The profiles of all columns of a stream, which is read to its end.
[[nodiscard]] Result<std::vector<ColumnProfile>> profile_rows(RowStream& rows, std::uint64_t& row_count);

}  // namespace sluice
