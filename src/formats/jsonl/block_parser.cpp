#include "formats/jsonl/block_parser.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "formats/jsonl/diagnosis.hpp"
#include "rows/json_text.hpp"

namespace sluice::formats::jsonl {

BlockParser::BlockParser(ColumnRegistry& registry, const RowSettings& settings, MessageOf message_of)
    : rows_(registry, settings), message_of_(message_of) {}

ColumnId BlockParser::column_of(std::string_view quoted, bool escaped) {
    if (escaped) {
        scratch_.clear();
        append_decoded({quoted.data(), static_cast<std::uint32_t>(quoted.size()), Kind::text, true}, scratch_);
        return rows_.column_of(scratch_);
    }
    const ColumnId id = rows_.column_of(quoted.substr(1, quoted.size() - 2));
    rows_.columns().remember_quoted(id, quoted);
    return id;
}

void BlockParser::start_row(const char* line) {
    rows_.start_row(line);
    previous_ = Column::kNone;
}

bool BlockParser::end_row(bool good, std::string_view line) {
    if (rows_.end_row(good)) return true;
    if (rows_.wants_report()) report_line(line);
    return false;
}

// Syntax comes first, so that what is said about a line does not depend on how its block was walked.
void BlockParser::report_line(std::string_view line) {
    if (line.size() > rows_.settings().max_row) {
        rows_.report({.fault = Fault::too_long, .offset = 0, .column = {}}, line, rows_.too_long_message());
    } else if (const std::optional<RowFault> fault = diagnose_syntax(line)) {
        rows_.report(*fault, line, std::string(message_of_(fault->fault)));
    } else if (rows_.has_objection()) {
        rows_.report_objection(line);
    } else {
        // The two readers of the grammar disagree: a bug of ours, and still no reason to let the line through.
        rows_.report({.fault = Fault::unexpected_character, .offset = 0, .column = {}}, line,
                     std::string(fault_message(Fault::unexpected_character)));
    }
}

// Walks the line [begin, end) of `base`, whose first position is *at; gives the first position behind the line.
const std::uint32_t* BlockParser::parse_line(const char* base, const std::uint32_t* at, std::uint32_t begin,
                                             std::uint32_t end) {
    const std::string_view line(base + begin, end - begin);
    start_row(line.data());
    const std::uint32_t* behind = line.size() <= rows_.settings().max_row ? walk_row(base, at, end) : nullptr;
    if (end_row(behind != nullptr, line) && several_lines_) expect(base, at, begin, behind);
    if (behind != nullptr) return behind;
    while (*at < end) ++at;
    return at;
}

// Lets the row be the one that the next rows are compared with.
void BlockParser::expect(const char* base, const std::uint32_t* at, std::uint32_t begin, const std::uint32_t* behind) {
    if (!expected_.learn(base, begin, at, behind, first_column_, rows_.columns())) return;
    to_slots_.clear();
    to_take_.clear();
    for (std::uint32_t index = 0; index < expected_.values().size(); ++index) {
        const ColumnId column = expected_.values()[index].column;
        const RowBuilder::Interest interest = rows_.interest_in(column);
        if (interest == RowBuilder::Interest::slot) to_slots_.emplace_back(index, rows_.slot_of(column));
        if (interest == RowBuilder::Interest::all) to_take_.push_back(index);
    }
}

// The same as parse_line() for a row that is as expected; nullptr, and nothing has happened, for any other.
const std::uint32_t* BlockParser::parse_expected(const char* base, const std::uint32_t* at, std::uint32_t begin) {
    if (!expected_.is_known() || !expected_.match(base, begin, at, index_.positions_end())) return nullptr;
    const std::uint32_t* behind = at + expected_.positions();
    const std::string_view line(base + begin, behind[-1] + expected_.tail() - 1 - begin);
    const bool has_escapes = backslash_ < line.data() + line.size();
    if (line.size() > rows_.settings().max_row || (has_escapes && !check_expected_escapes(base, at))) return nullptr;
    start_row(line.data());
    const auto value_at = [&](std::uint32_t index) {
        const std::uint32_t* place = at + std::size_t{4} * index;
        return RowValue{.data = base + place[3],
                        .size = place[4] - place[3],
                        .kind = expected_.values()[index].kind,
                        .escaped = has_escapes && escaped_[index] != 0};
    };
    for (const auto& [index, slot] : to_slots_) rows_.fill_slot(slot, value_at(index));
    for (const std::uint32_t index : to_take_)
        rows_.take_value(expected_.values()[index].column, base + at[std::size_t{4} * index + 1], value_at(index));
    static_cast<void>(end_row(true, line));
    return behind;
}

bool BlockParser::check_expected_escapes(const char* base, const std::uint32_t* at) {
    const char* first = backslash_;
    escaped_.assign(expected_.values().size(), 0);
    for (std::size_t index = 0; index < escaped_.size(); ++index, at += 4) {
        if (expected_.values()[index].kind != Kind::text) continue;
        bool escaped = false;
        if (!check_text(base + at[3], base + at[4], escaped)) {
            backslash_ = first;
            return false;
        }
        escaped_[index] = escaped ? 1 : 0;
    }
    return true;
}

void BlockParser::parse_indexed(std::string_view lines) {
    const char* base = lines.data();
    const std::uint32_t* at = index_.positions();
    const auto size = static_cast<std::uint32_t>(lines.size());
    for (std::uint32_t begin = 0; begin < size;) {
        if (const std::uint32_t* behind = parse_expected(base, at, begin)) {
            at = behind;
            begin = at[-1] + expected_.tail();
            continue;
        }
        const void* newline = std::memchr(base + begin, '\n', size - begin);
        const auto end =
            newline == nullptr ? size : static_cast<std::uint32_t>(static_cast<const char*>(newline) - base);
        const bool is_blank = *at >= end;
        if (!is_blank || end - begin > rows_.settings().max_row) at = parse_line(base, at, begin, end);
        begin = end + 1;
    }
}

Result<> BlockParser::parse_line_by_line(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        TRY(parse_alone(line));
    }
    return {};
}

Result<> BlockParser::parse_alone(std::string_view row) {
    const StructuralIndex::Outcome outcome = index_.build(row.data(), row.size());
    if (outcome == StructuralIndex::Outcome::out_of_memory) return rows_.out_of_memory(row.size());
    if (outcome == StructuralIndex::Outcome::faulty) {
        start_row(row.data());
        static_cast<void>(end_row(false, row));
    } else if (*index_.positions() < row.size() || row.size() > rows_.settings().max_row) {
        parse_line(row.data(), index_.positions(), 0, static_cast<std::uint32_t>(row.size()));
    }
    return {};
}

void BlockParser::refuse(std::string_view row, Fault fault, std::size_t offset) {
    start_row(row.data());
    if (rows_.end_row(false) || !rows_.wants_report()) return;
    rows_.report({.fault = fault, .offset = offset, .column = {}}, row, std::string(message_of_(fault)));
}

void BlockParser::start_chunk(const InputSet& inputs, const Chunk& chunk, Block& block) {
    rows_.start_block(inputs, chunk, block);
    data_end_ = chunk.data + chunk.size;
    expected_.resume();
    const void* backslash = chunk.size == 0 ? nullptr : std::memchr(chunk.data, '\\', chunk.size);
    backslash_ = backslash == nullptr ? data_end_ : static_cast<const char*>(backslash);
}

Result<> BlockParser::end_chunk(const Chunk& chunk) {
    if (chunk.overlong) rows_.take_overlong(*chunk.overlong);
    return rows_.end_block();
}

Result<> BlockParser::parse(const InputSet& inputs, const Chunk& chunk, Block& block) {
    start_chunk(inputs, chunk, block);
    const std::string_view lines(chunk.data, chunk.size);
    using Outcome = StructuralIndex::Outcome;
    const Outcome outcome = several_lines_ ? index_.build(lines.data(), lines.size()) : Outcome::faulty;
    if (outcome == Outcome::out_of_memory) return rows_.out_of_memory(lines.size());
    if (outcome == Outcome::ok) {
        parse_indexed(lines);
    } else {
        TRY(parse_line_by_line(lines));
    }
    return end_chunk(chunk);
}

}  // namespace sluice::formats::jsonl
