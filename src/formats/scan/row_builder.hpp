// Builds a block row by row for a format's parser, and gathers what the scan's summary needs: which columns there are,
// of which kinds, and which rows are bad.
//
// Order of calls: start_block(); for each row start_row(), take_value() for each of its values, end_row(); after a row
// that end_row() refused, report() or report_objection(); end_block(); at the end take_summary(). One thread.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/scan/chunk.hpp"
#include "formats/scan/column_table.hpp"
#include "formats/scan/declared_column.hpp"
#include "formats/scan/fault.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/mended_chunks.hpp"
#include "rows/bad_row.hpp"
#include "rows/row_rule.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// The first time a reader met a kind of value in a column.
struct KindSeen {
    ColumnId column = 0;
    Kind kind = Kind::null;
    std::uint32_t position = 0;  // of the value in its row, for the order of columns
    Ordinal row = 0;
};

// Values that became null because they were not of their declared type.
struct NulledValues {
    ColumnId column = 0;
    std::uint64_t values = 0;
    Ordinal first = 0;
};

// What one reader gathers; mergeable in any order.
struct ReaderSummary {
    std::vector<KindSeen> kinds;
    std::vector<std::pair<ColumnId, NumberSurvey>> surveys;
    std::uint64_t rows_read = 0;
    std::uint64_t rows = 0;
    std::uint64_t bad_rows = 0;
    std::vector<NulledValues> nulled;
    std::vector<BadRow> first_bad_rows;  // at most kBadRowsShown, without their line numbers
};

inline constexpr std::size_t kBadRowsShown = 5;

// Names of columns that tell where a row stands; "" for none.
struct FileColumns {
    std::string name;  // of its file
    std::string line;  // the line that it begins in, from 1
};

struct RowSettings {
    const ScanRequest* request = nullptr;
    const DeclaredColumns* declared = nullptr;
    const FileColumns* columns = nullptr;
    const ColumnRules* rules = &kNoRules;
    const RowRules* row_rules = nullptr;  // null: none
    const MendedRows* mended = nullptr;   // that the chunks have; null: none
    std::uint64_t block_size = 0;         // bytes, of the scan's chunks
    std::uint64_t max_row = 0;            // bytes
};

// A token in the making.
struct RowValue {
    const char* data;
    std::uint32_t size;
    Kind kind;
    bool escaped;

    void put(Token& token) const noexcept {
        token.data = data;
        token.size = size;
        token.kind = kind;
        token.escaped = escaped;
    }
    [[nodiscard]] Token token() const noexcept { return {data, size, kind, escaped}; }
};

class RowBuilder {
public:
    // The registry, the request and the declared columns outlive the builder.
    RowBuilder(ColumnRegistry& registry, const RowSettings& settings);

    [[nodiscard]] const RowSettings& settings() const noexcept { return settings_; }
    [[nodiscard]] ColumnTable& columns() noexcept { return columns_; }
    // The column of a name, which is measured if the request says so.
    [[nodiscard]] ColumnId column_of(std::string_view name);

    void start_block(const InputSet& inputs, const Chunk& chunk, Block& block);
    // Fails when bad rows cannot be kept, and (kind data) after a value that the rules do not let pass.
    [[nodiscard]] Result<> end_block();

    // `row` points to its first byte in the chunk.
    void start_row(const char* row);
    // What becomes of a column's values in a row in which no column stands twice and every value is of a kind that its
    // column has had before: nothing; each goes to its slot, with fill_slot(); or take_value() must see it.
    enum class Interest { none, slot, all };
    [[nodiscard]] Interest interest_in(ColumnId id);
    [[nodiscard]] std::int32_t slot_of(ColumnId id) { return columns_[id].slot; }
    void fill_slot(std::int32_t slot, const RowValue& value) {
        value.put(slots_[static_cast<std::size_t>(slot)][rows_]);
    }
    // A value of the row at hand; `name` and the value lie in the row's bytes, or behind them in memory that lives as
    // long as the block. The second value of one column is an objection. Runs for each value of the input.
    void take_value(ColumnId id, const char* name, const RowValue& value);
    // Whether some good row, or the one at hand, had a value of this kind in the column.
    [[nodiscard]] bool has_seen(ColumnId id, Kind kind) {
        return (std::uint32_t{columns_[id].kinds} >> static_cast<unsigned>(kind) & 1U) != 0;
    }
    // Ends the row, which is bad if `good` is false or there was an objection. Whether the block has it now. A bad row
    // leaves no trace in rows and columns.
    [[nodiscard]] bool end_row(bool good);

    // Whether bad rows still need a report. end_row() has counted them in any case.
    [[nodiscard]] bool wants_report() const noexcept {
        return bad_rows_.wanted() || wants_excerpt() || stops_at_types();
    }
    [[nodiscard]] bool has_objection() const noexcept { return objection_.has_value(); }
    // About the row that ended last, `row` being its bytes.
    void report(const RowFault& fault, std::string_view row, std::string message);
    void report_objection(std::string_view row);
    // The same for a value that is not where its bytes are; `offset` is its place in the row.
    void report_objection(std::string_view row, std::size_t offset);
    [[nodiscard]] ColumnId objection_column() const { return objection_->column; }
    // Counts and reports a row of which only the first bytes are there.
    void take_overlong(const Chunk::Overlong& row);

    [[nodiscard]] std::string too_long_message() const;
    // The error of a chunk that there was no memory for.
    [[nodiscard]] Error out_of_memory(std::size_t bytes) const;

    [[nodiscard]] ReaderSummary take_summary() { return std::move(summary_); }

private:
    // A fault that is no fault of syntax: the row can be read, but it is none.
    struct Objection {
        Fault fault = Fault::duplicate_key;
        const char* at = nullptr;
        ColumnId column = 0;
        std::string message;
    };

    void survey(ColumnId id);
    void grow_slots();
    void find_newlines(std::string_view bytes, std::uint64_t first_line);
    void add_place();
    void add_own(ColumnId id, const RowValue& value, std::string_view option);
    void apply_rules(Column& column);
    void add_row_rules();
    void check_row_rules(const Column& column, ColumnId id, const Token& token);
    void check_absent_columns();
    void take_ruled(ColumnId id, const char* name, const RowValue& value);
    void place_value(Column& column, ColumnId id, const RowValue& value);
    void complete_row();
    void note_nulled();
    [[nodiscard]] bool stops_at_types() const noexcept { return settings_.rules->type_errors == TypeErrors::fail; }
    [[nodiscard]] Error stop_at(const BadRow& row, std::size_t offset, std::string_view text) const;
    void drop_row();
    void see_kind(Column& column, ColumnId id, Kind kind);
    void object_to(Fault fault, const char* at, ColumnId column, std::string message);
    void object_to_duplicate(const char* name, ColumnId id);
    void watch_value(const Column& column, ColumnId id, const Token& token);
    void check_value(const Column& column, ColumnId id, const Token& token);
    [[nodiscard]] bool wants_excerpt() const noexcept { return summary_.first_bad_rows.size() < kBadRowsShown; }
    void add_report(BadRow row, std::size_t offset, std::string_view text, std::uint64_t checksum);

    const RowSettings settings_;
    const bool entries_;  // wanted
    ColumnTable columns_;
    ReaderSummary summary_;
    BadRowBuffer bad_rows_;
    std::string scratch_;
    std::optional<Error> stopped_;  // by a value, with TypeErrors::fail
    std::vector<ColumnId> schema_;  // in its order
    std::map<ColumnId, std::vector<const RowRule*>> row_rules_;
    std::vector<RowEntry> ordered_;                                    // scratch
    std::vector<std::pair<std::size_t, std::size_t>> repeated_slots_;  // (copy, original): names asked for twice

    // Of the chunk at hand.
    const InputSet* inputs_ = nullptr;
    std::size_t file_ = 0;
    const char* data_ = nullptr;  // its first byte
    Ordinal data_begin_ = 0;      // the ordinal of data_[0]
    Block* block_ = nullptr;
    std::vector<Token*> slots_;  // of the block: places for `room_` rows, all null from row `rows_` on
    std::size_t room_ = 0;
    std::size_t rows_ = 0;  // that the block has
    const MendedRow* mended_ = nullptr;

    // Of the columns `file_name` and `file_line`, where they are wanted.
    std::optional<ColumnId> name_column_;
    std::optional<ColumnId> line_column_;
    std::string file_name_;                          // as a token
    std::size_t named_file_ = ~std::size_t{0};       // whose name that is
    std::deque<std::array<char, 20>> line_numbers_;  // of the block; a deque: they stay where they are
    std::vector<std::uint32_t> newlines_;            // in the chunk
    std::size_t next_newline_ = 0;                   // the first one behind the row at hand
    std::uint64_t first_line_ = 0;                   // of the chunk

    // Of the row at hand.
    const char* row_ = nullptr;
    std::uint32_t row_number_ = 0;
    std::uint32_t position_ = 0;  // of the value in the row
    Ordinal ordinal_ = 0;
    std::size_t kinds_before_ = 0;
    std::optional<Objection> objection_;
    std::vector<std::pair<std::int32_t, std::string_view>> to_survey_;
    std::vector<ColumnId> nulled_;
};

[[gnu::always_inline]] inline void RowBuilder::place_value(Column& column, ColumnId id, const RowValue& value) {
    if ((std::uint32_t{column.kinds} >> static_cast<unsigned>(value.kind) & 1U) == 0) see_kind(column, id, value.kind);
    ++position_;
    if (column.slot != Column::kNoSlot) fill_slot(column.slot, value);
    if (entries_) {
        RowEntry& entry = block_->entries.emplace_back();
        entry.column = id;
        value.put(entry.token);
    }
}

[[gnu::always_inline]] inline void RowBuilder::take_value(ColumnId id, const char* name, const RowValue& value) {
    Column& column = columns_[id];
    if (column.last_row == row_number_) return object_to_duplicate(name, id);
    column.last_row = row_number_;
    if (column.ruled) return take_ruled(id, name, value);
    place_value(column, id, value);
    if (column.watched) watch_value(column, id, value.token());
}

}  // namespace sluice::formats
