#include "formats/jsonl/block_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "formats/jsonl/number_survey.hpp"
#include "rows/json_text.hpp"

namespace sluice::jsonl {

BlockParser::BlockParser(ColumnRegistry& registry, const ParserSettings& settings)
    : settings_(settings), entries_(settings.request->entries), columns_(registry) {
    // The columns that somebody asks for are known before the first row, so that rows need no lookup by name.
    const auto column = [this](const std::string& name) -> Column& { return columns_[columns_.find_or_add(name)]; };
    const ScanRequest& request = *settings_.request;
    for (std::size_t slot = 0; slot < request.slots.size(); ++slot) {
        Column& wanted = column(request.slots[slot]);
        if (wanted.slot == Column::kNoSlot) {
            wanted.slot = static_cast<std::int32_t>(slot);
        } else {
            repeated_slots_.emplace_back(slot, static_cast<std::size_t>(wanted.slot));
        }
    }
    for (const auto& [name, declared] : *settings_.declared) {
        Column& typed = column(name);
        typed.declared = &declared;
        typed.watched = true;
    }
    for (const std::string& name : request.surveyed) survey(columns_.find_or_add(name));
}

void BlockParser::survey(ColumnId id) {
    Column& column = columns_[id];
    if (column.survey != Column::kNoSlot) return;
    column.survey = static_cast<std::int32_t>(summary_.surveys.size());
    column.watched = true;
    summary_.surveys.emplace_back(id, NumberSurvey{});
}

ColumnId BlockParser::column_of(std::string_view quoted, bool escaped) {
    const ColumnId id = [&] {
        if (!escaped) return columns_.find_or_add(quoted.substr(1, quoted.size() - 2));
        scratch_.clear();
        append_decoded({quoted.data(), static_cast<std::uint32_t>(quoted.size()), Kind::text, true}, scratch_);
        return columns_.find_or_add(scratch_);
    }();
    if (!escaped) columns_.remember_quoted(id, quoted);
    if (settings_.request->survey_all) survey(id);
    return id;
}

void BlockParser::object_to(Fault fault, const char* at, ColumnId column, std::string message) {
    if (!objection_) objection_ = Objection{fault, at, column, std::move(message)};
}

void BlockParser::see_kind(Column& column, ColumnId id, Kind kind) {
    column.kinds |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
    summary_.kinds.push_back({id, kind, position_, ordinal_});
}

void BlockParser::object_to_duplicate(const char* key, ColumnId id) {
    object_to(Fault::duplicate_key, key, id, std::string(fault_message(Fault::duplicate_key)));
}

void BlockParser::watch_value(const Column& column, ColumnId id, const Token& token) {
    if (column.declared != nullptr) check_value(column, id, token);
    if (column.survey != Column::kNoSlot && token.kind == Kind::number) {
        to_survey_.emplace_back(column.survey, token.view());
    }
}

void BlockParser::check_value(const Column& column, ColumnId id, const Token& token) {
    const std::optional<Fault> fault = check_declared(token, *column.declared, scratch_);
    if (!fault) return;
    object_to(*fault, token.data, id,
              fmt::format("{}; expected {}", fault_message(*fault), expectation(token, *column.declared)));
}

void BlockParser::start_row(const char* line) {
    // After 2^32 rows the numbers start again, and no column may remember one from before.
    if (++row_number_ == 0) {
        for (std::size_t id = 0; id < columns_.size(); ++id) columns_[static_cast<ColumnId>(id)].last_row = 0;
        row_number_ = 1;
    }
    ordinal_ = data_begin_ + static_cast<Ordinal>(line - data_);
    position_ = 0;
    previous_ = Column::kNone;
    kinds_before_ = summary_.kinds.size();
    for (std::vector<Token>& slot : block_->slots) slot.emplace_back();
}

void BlockParser::end_row(bool good, std::string_view line) {
    if (good && !objection_) {
        block_->ordinals.push_back(ordinal_);
        if (entries_) block_->entry_begin.push_back(static_cast<std::uint32_t>(block_->entries.size()));
        for (const auto& [survey, number] : to_survey_) {
            survey_number(number, ordinal_, summary_.surveys[static_cast<std::size_t>(survey)].second);
        }
        to_survey_.clear();
        return;
    }
    drop_row();
    ++summary_.bad_rows;
    if (summary_.first_bad_rows.size() < kBadRowsShown) report_line(line);
    objection_.reset();
}

// A bad line leaves no trace in rows and columns.
void BlockParser::drop_row() {
    for (std::vector<Token>& slot : block_->slots) slot.pop_back();
    if (entries_) block_->entries.resize(block_->entry_begin.back());
    for (std::size_t index = kinds_before_; index < summary_.kinds.size(); ++index) {
        const KindSeen& seen = summary_.kinds[index];
        columns_[seen.column].kinds &= static_cast<std::uint8_t>(~(1U << static_cast<unsigned>(seen.kind)));
    }
    summary_.kinds.resize(kinds_before_);
    to_survey_.clear();
}

// Syntax comes first, so that what is said about a line does not depend on how its block was walked.
void BlockParser::report_line(std::string_view line) {
    if (line.size() > settings_.max_line) {
        report({.fault = Fault::too_long, .offset = 0, .column = {}}, line,
               fmt::format("{} of {} bytes", fault_message(Fault::too_long), settings_.max_line));
    } else if (const std::optional<LineFault> fault = diagnose_syntax(line)) {
        report(*fault, line, std::string(fault_message(fault->fault)));
    } else if (objection_) {
        const auto offset = static_cast<std::size_t>(objection_->at - line.data());
        report({.fault = objection_->fault, .offset = offset, .column = columns_.name(objection_->column)}, line,
               objection_->message);
    } else {
        // The two readers of the grammar disagree: a bug of ours, and still no reason to let the line through.
        report({.fault = Fault::unexpected_character, .offset = 0, .column = {}}, line,
               std::string(fault_message(Fault::unexpected_character)));
    }
}

void BlockParser::report(const LineFault& fault, std::string_view line, std::string message) {
    const Ordinal begin = data_begin_ + static_cast<Ordinal>(line.data() - data_);
    const std::uint64_t byte = begin - inputs_->begin_of(file_);
    summary_.first_bad_rows.push_back({.ordinal = begin,
                                       .file = inputs_->files()[file_].name(),
                                       .line = 0,
                                       .byte = byte,
                                       .fault = byte + fault.offset,
                                       .length = line.size(),
                                       .code = std::string(fault_code(fault.fault)),
                                       .message = std::move(message),
                                       .column = fault.column,
                                       .excerpt = excerpt_around(line, fault.offset)});
}

// Walks the line [begin, end) of `base`, whose first position is *at; gives the first position behind the line.
const std::uint32_t* BlockParser::parse_line(const char* base, const std::uint32_t* at, std::uint32_t begin,
                                             std::uint32_t end) {
    const std::string_view line(base + begin, end - begin);
    start_row(line.data());
    const bool good = line.size() <= settings_.max_line && walk_row(base, at, end);
    end_row(good, line);
    while (*at < end) ++at;
    return at;
}

void BlockParser::parse_indexed(std::string_view lines) {
    const char* base = lines.data();
    const std::uint32_t* at = index_.positions();
    const auto size = static_cast<std::uint32_t>(lines.size());
    for (std::uint32_t begin = 0; begin < size;) {
        const void* newline = std::memchr(base + begin, '\n', size - begin);
        const auto end =
            newline == nullptr ? size : static_cast<std::uint32_t>(static_cast<const char*>(newline) - base);
        const bool is_blank = *at >= end;
        if (!is_blank || end - begin > settings_.max_line) at = parse_line(base, at, begin, end);
        begin = end + 1;
    }
}

Result<> BlockParser::parse_line_by_line(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        const std::string_view line = lines.substr(0, end);
        lines.remove_prefix(std::min(end + 1, lines.size()));
        const StructuralIndex::Outcome outcome = index_.build(line.data(), line.size());
        if (outcome == StructuralIndex::Outcome::out_of_memory) return out_of_memory(line.size());
        if (outcome == StructuralIndex::Outcome::faulty) {
            start_row(line.data());
            end_row(false, line);
        } else if (*index_.positions() < line.size() || line.size() > settings_.max_line) {
            parse_line(line.data(), index_.positions(), 0, static_cast<std::uint32_t>(line.size()));
        }
    }
    return {};
}

void BlockParser::start_block(const InputSet& inputs, const Chunk& chunk, Block& block) {
    inputs_ = &inputs;
    file_ = chunk.file;
    data_ = chunk.data;
    data_end_ = chunk.data + chunk.size;
    data_begin_ = inputs.begin_of(chunk.file) + chunk.begin;
    const void* backslash = chunk.size == 0 ? nullptr : std::memchr(data_, '\\', chunk.size);
    backslash_ = backslash == nullptr ? data_end_ : static_cast<const char*>(backslash);
    block_ = &block;
    block.ordinals.clear();
    block.slots.resize(settings_.request->slots.size());
    for (std::vector<Token>& slot : block.slots) slot.clear();
    block.entries.clear();
    block.entry_begin.clear();
    if (entries_) block.entry_begin.push_back(0);
}

Result<> BlockParser::parse(const InputSet& inputs, const Chunk& chunk, Block& block) {
    start_block(inputs, chunk, block);
    const std::string_view lines(chunk.data, chunk.size);
    using Outcome = StructuralIndex::Outcome;
    const Outcome outcome = several_lines_ ? index_.build(lines.data(), lines.size()) : Outcome::faulty;
    if (outcome == Outcome::out_of_memory) return out_of_memory(lines.size());
    if (outcome == Outcome::ok) {
        parse_indexed(lines);
    } else {
        TRY(parse_line_by_line(lines));
    }
    if (chunk.overlong) take_overlong(*chunk.overlong);
    for (const auto& [copy, original] : repeated_slots_) block.slots[copy] = block.slots[original];
    summary_.rows += block.rows();
    return {};
}

Error BlockParser::out_of_memory(std::size_t bytes) const {
    return external_error("out_of_memory", fmt::format("not enough memory to read {} bytes of '{}' at once; give a "
                                                       "smaller --block-size or fewer --threads",
                                                       bytes, inputs_->files()[file_].name()));
}

void BlockParser::take_overlong(const Chunk::Overlong& line) {
    ++summary_.bad_rows;
    if (summary_.first_bad_rows.size() >= kBadRowsShown) return;
    summary_.first_bad_rows.push_back(
        {.ordinal = inputs_->begin_of(file_) + line.begin,
         .file = inputs_->files()[file_].name(),
         .line = 0,
         .byte = line.begin,
         .fault = line.begin,
         .length = line.length,
         .code = std::string(fault_code(Fault::too_long)),
         .message = fmt::format("{} of {} bytes", fault_message(Fault::too_long), settings_.max_line),
         .column = {},
         .excerpt = excerpt_around(line.first_bytes, 0)});
}

ReaderSummary BlockParser::take_summary() { return std::move(summary_); }

}  // namespace sluice::jsonl
