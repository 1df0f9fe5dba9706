// A row that looks like the one before it, but for its values: in a log nearly all do. What stands between the values
// (braces, keys, colons, commas, white space) is then the same bytes, so comparing those in one go replaces the walk
// along them, and only the values are looked at. A row that differs in any way is walked as always.
//
// Why the verdict is the same: the bytes that were learned belong to a row that was good. Where they stand again, with
// as many structural positions between them, stage 1 has seen in them what it saw then. What it promises of a value
// (row_walk.cpp) holds anyway, and the rest is checked here; escapes are left to the caller. Keys are those of the
// learned row, so none stands twice.
//
// Order of calls: match(); learn() with a row that did not match and was good. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "formats/scan/column_table.hpp"

namespace sluice::formats::jsonl {

class ExpectedRow {
public:
    struct Value {
        ColumnId column = 0;
        Kind kind = Kind::null;  // in the row that matched
        std::uint8_t kinds = 0;  // that good rows had, 1 << Kind: a new one makes no match
    };

    // Whether there is a row to compare with.
    [[nodiscard]] bool is_known() const noexcept { return !values_.empty(); }
    // After several rows were learned and none matched, no more are, until resume(): where rows differ, or never can
    // match, learning is wasted.
    void resume() noexcept { learned_in_vain_ = 0; }

    // Whether the row that begins at `row`, whose first position is at[0], is as expected up to and with its newline.
    // Positions are offsets from `base`, and those before `positions_end` can be read; so can kHead bytes behind any
    // of them.
    [[nodiscard]] bool match(const char* base, std::uint32_t row, const std::uint32_t* at,
                             const std::uint32_t* positions_end);
    // Of a row that matched: its values, of which number `index` lies from at[4 * index + 3] to at[4 * index + 4]; the
    // number of its positions, of which the last is its closing brace; and the bytes from there to the next row.
    [[nodiscard]] const std::vector<Value>& values() const noexcept { return values_; }
    [[nodiscard]] std::size_t positions() const noexcept { return 4 * values_.size() + 1; }
    [[nodiscard]] std::uint32_t tail() const noexcept { return tail_; }

    // Whether it now expects other rows than before. Expects rows like the one at `row`, with the positions [at,
    // behind), unless it is one that never matches: with white space before it or behind a value, with an array or
    // object in it, with an escape in a key, without a newline. `first` is its first column, and each column knows the
    // one that followed it.
    bool learn(const char* base, std::uint32_t row, const std::uint32_t* at, const std::uint32_t* behind,
               ColumnId first, ColumnTable& columns);

private:
    static constexpr std::size_t kHead = 32;
    static constexpr std::size_t kMostValues = 256;
    static constexpr int kPatience = 8;

    // What stands between a value and the one before it.
    struct Lead {
        std::array<char, kHead> head{};        // its first bytes
        std::array<std::uint32_t, 2> masks{};  // a bit for each byte of either half of them
        std::uint32_t size = 0;
        std::string rest;  // behind those
    };
    [[nodiscard]] static Lead lead_of(std::string_view text);
    [[nodiscard]] static bool is_lead(const Lead& lead, const char* text, std::uint32_t size) noexcept;
    [[nodiscard]] bool learn_leads(const char* base, const std::uint32_t* at, const std::uint32_t* behind,
                                   ColumnId first, ColumnTable& columns);
    [[nodiscard]] bool match_values(const char* base, const std::uint32_t* at);

    std::vector<Lead> leads_;  // one for each value
    std::vector<Value> values_;
    std::uint32_t tail_ = 0;  // "}\n" or "}\r\n"
    int learned_in_vain_ = 0;
};

}  // namespace sluice::formats::jsonl
