#include "formats/scan/row_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "formats/scan/excerpt.hpp"
#include "formats/scan/number_survey.hpp"
#include "formats/scan/utf8.hpp"
#include "rows/json_text.hpp"
#include "utils/crc64nvme.hpp"

namespace sluice::formats {

namespace {

// A file's name may be any bytes; those that are no UTF-8 are shown as U+FFFD.
std::string well_formed(std::string_view name) {
    std::string text;
    while (!name.empty()) {
        const std::size_t length = utf8_length(name);
        text += length == 0 ? "\xEF\xBF\xBD" : name.substr(0, length);
        name.remove_prefix(std::max<std::size_t>(length, 1));
    }
    return text;
}
constexpr std::size_t kLeastRows = 64;
constexpr RowValue kNull{.data = "null", .size = 4, .kind = Kind::null, .escaped = false};

}  // namespace

RowBuilder::RowBuilder(ColumnRegistry& registry, const RowSettings& settings)
    : settings_(settings),
      entries_(settings.request->entries),
      columns_(registry),
      bad_rows_(settings.request->bad_rows) {
    // The columns that somebody asks for are known before the first row, so that rows need no lookup by name.
    const auto column = [this](const std::string& name) -> Column& { return columns_[columns_.find_or_add(name)]; };
    const ScanRequest& request = *settings_.request;
    for (const std::string& name : settings_.rules->schema) {
        schema_.push_back(columns_.find_or_add(name));
        columns_[schema_.back()].place = static_cast<std::uint32_t>(schema_.size() - 1);
    }
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
    if (!settings_.columns->name.empty()) name_column_ = column_of(settings_.columns->name);
    if (!settings_.columns->line.empty()) line_column_ = column_of(settings_.columns->line);
    for (std::size_t id = 0; id < columns_.size(); ++id) apply_rules(columns_[static_cast<ColumnId>(id)]);
    if (settings_.row_rules != nullptr) add_row_rules();
}

void RowBuilder::add_row_rules() {
    for (const auto& rule : *settings_.row_rules)
        row_rules_[columns_.find_or_add(rule->column())].push_back(rule.get());
    for (const auto& [id, rules] : row_rules_) {
        columns_[id].row_rules = &rules;
        columns_[id].watched = true;
    }
}

// The first objection to a row is the one that counts.
void RowBuilder::check_row_rules(const Column& column, ColumnId id, const Token& token) {
    if (objection_) return;
    for (const RowRule* rule : *column.row_rules) {
        if (rule->meets(token, scratch_)) continue;
        return object_to(Fault::failed_expectation, token.data == nullptr ? row_ : token.data, id,
                         rule->objection(token));
    }
}

void RowBuilder::check_absent_columns() {
    for (const auto& [id, rules] : row_rules_)
        if (columns_[id].last_row != row_number_) check_row_rules(columns_[id], id, {});
}

void RowBuilder::apply_rules(Column& column) {
    const ColumnRules& rules = *settings_.rules;
    const bool is_undeclared = !schema_.empty() && column.place == Column::kNoPlace;
    column.ruled = (is_undeclared && rules.undeclared != UndeclaredColumns::carry) ||
                   (column.declared != nullptr && rules.type_errors == TypeErrors::null);
}

void RowBuilder::take_ruled(ColumnId id, const char* name, const RowValue& value) {
    Column& column = columns_[id];
    if (!schema_.empty() && column.place == Column::kNoPlace &&
        settings_.rules->undeclared != UndeclaredColumns::carry) {
        if (settings_.rules->undeclared == UndeclaredColumns::refuse)
            object_to(Fault::undeclared_column, name, id, std::string(fault_message(Fault::undeclared_column)));
        return;
    }
    if (check_declared(value.token(), *column.declared, scratch_)) {
        nulled_.push_back(id);
        place_value(column, id, kNull);
    } else {
        place_value(column, id, value);
        if (column.watched) watch_value(column, id, value.token());
    }
}

// A row has all columns of the schema, in its order; those beyond it follow.
void RowBuilder::complete_row() {
    for (const ColumnId id : schema_) {
        Column& column = columns_[id];
        if (column.last_row == row_number_) continue;
        column.last_row = row_number_;
        place_value(column, id, kNull);
    }
    if (!entries_) return;
    const auto begin = block_->entries.begin() + static_cast<std::ptrdiff_t>(block_->entry_begin.back());
    std::stable_sort(begin, block_->entries.end(), [this](const RowEntry& left, const RowEntry& right) {
        return columns_[left.column].place < columns_[right.column].place;
    });
}

void RowBuilder::note_nulled() {
    for (const ColumnId id : nulled_) {
        const auto known = std::ranges::find(summary_.nulled, id, &NulledValues::column);
        if (known == summary_.nulled.end())
            summary_.nulled.push_back({.column = id, .values = 1, .first = ordinal_});
        else
            ++known->values;
    }
    nulled_.clear();
}

void RowBuilder::survey(ColumnId id) {
    Column& column = columns_[id];
    if (column.survey != Column::kNoSlot) return;
    column.survey = static_cast<std::int32_t>(summary_.surveys.size());
    column.watched = true;
    summary_.surveys.emplace_back(id, NumberSurvey{});
}

ColumnId RowBuilder::column_of(std::string_view name) {
    const ColumnId id = columns_.find_or_add(name);
    if (settings_.request->survey_all) survey(id);
    apply_rules(columns_[id]);
    return id;
}

// The columns that a row lacks are found by the row numbers of those that it has.
RowBuilder::Interest RowBuilder::interest_in(ColumnId id) {
    const Column& column = columns_[id];
    const bool counts_columns = entries_ || !schema_.empty() || name_column_ || line_column_;
    if (counts_columns || column.ruled || column.watched) return Interest::all;
    return column.slot != Column::kNoSlot ? Interest::slot : Interest::none;
}

void RowBuilder::start_block(const InputSet& inputs, const Chunk& chunk, Block& block) {
    inputs_ = &inputs;
    file_ = chunk.file;
    data_ = chunk.data;
    data_begin_ = inputs.begin_of(chunk.file) + chunk.begin;
    block_ = &block;
    if (name_column_ && named_file_ != file_) {
        file_name_.clear();
        append_quoted(well_formed(inputs.files()[file_].name()), file_name_);
        named_file_ = file_;
    }
    if (line_column_) find_newlines({chunk.data, chunk.size}, chunk.first_line);
    mended_ = chunk.mended;
    block.ordinals.clear();
    block.slots.resize(settings_.request->slots.size());
    for (std::vector<Token>& slot : block.slots) slot.clear();
    slots_.resize(block.slots.size());
    room_ = 0;
    rows_ = 0;
    block.entries.clear();
    block.entry_begin.clear();
    if (entries_) block.entry_begin.push_back(0);
}

// Many rows at once: that costs less than a check for each slot of each row.
void RowBuilder::grow_slots() {
    room_ = std::max(kLeastRows, room_ * 2);
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
        block_->slots[slot].resize(room_);
        slots_[slot] = block_->slots[slot].data();
    }
}

Result<> RowBuilder::end_block() {
    for (std::vector<Token>& slot : block_->slots) slot.resize(rows_);
    for (const auto& [copy, original] : repeated_slots_) block_->slots[copy] = block_->slots[original];
    summary_.rows += block_->rows();
    if (stopped_) return *stopped_;
    return bad_rows_.flush();
}

void RowBuilder::start_row(const char* row) {
    // After 2^32 rows the numbers start again, and no column may remember one from before.
    if (++row_number_ == 0) {
        for (std::size_t id = 0; id < columns_.size(); ++id) columns_[static_cast<ColumnId>(id)].last_row = 0;
        row_number_ = 1;
    }
    ordinal_ = data_begin_ + static_cast<Ordinal>(row - data_);
    row_ = row;
    position_ = 0;
    ++summary_.rows_read;
    kinds_before_ = summary_.kinds.size();
    objection_.reset();
    if (rows_ == room_) grow_slots();
}

void RowBuilder::add_own(ColumnId id, const RowValue& value, std::string_view option) {
    if (columns_[id].last_row == row_number_) {
        return object_to(Fault::duplicate_key, row_, id,
                         fmt::format("the row has a column '{0}' already, which `{1}: {0}` would add; give that "
                                     "another name",
                                     columns_.name(id), option));
    }
    take_value(id, row_, value);
}

// Before the rows are parsed, which may change their bytes.
void RowBuilder::find_newlines(std::string_view bytes, std::uint64_t first_line) {
    line_numbers_.clear();
    newlines_.clear();
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1))
        newlines_.push_back(static_cast<std::uint32_t>(at));
    next_newline_ = 0;
    first_line_ = first_line;
}

// The values of `file_name` and `file_line`.
void RowBuilder::add_place() {
    if (name_column_) {
        add_own(*name_column_,
                {.data = file_name_.data(),
                 .size = static_cast<std::uint32_t>(file_name_.size()),
                 .kind = Kind::text,
                 .escaped = file_name_.find('\\') != std::string::npos},
                "file_name");
    }
    if (!line_column_) return;
    const auto offset = static_cast<std::uint32_t>(row_ - data_);
    while (next_newline_ < newlines_.size() && newlines_[next_newline_] < offset) ++next_newline_;
    const std::uint64_t line = first_line_ + next_newline_;
    auto& digits = line_numbers_.emplace_back();
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), line).ptr;
    add_own(*line_column_,
            {.data = digits.data(),
             .size = static_cast<std::uint32_t>(end - digits.data()),
             .kind = Kind::number,
             .escaped = false},
            "file_line");
}

bool RowBuilder::end_row(bool good) {
    if (name_column_ || line_column_) add_place();
    if (good && !row_rules_.empty()) check_absent_columns();
    if (good && !objection_) {
        if (!schema_.empty()) complete_row();
        if (!nulled_.empty()) note_nulled();
        block_->ordinals.push_back(ordinal_);
        ++rows_;
        if (entries_) block_->entry_begin.push_back(static_cast<std::uint32_t>(block_->entries.size()));
        for (const auto& [survey, number] : to_survey_) {
            survey_number(number, ordinal_, summary_.surveys[static_cast<std::size_t>(survey)].second);
        }
        to_survey_.clear();
        return true;
    }
    drop_row();
    ++summary_.bad_rows;
    return false;
}

void RowBuilder::drop_row() {
    for (Token* slot : slots_) slot[rows_] = {};
    if (entries_) block_->entries.resize(block_->entry_begin.back());
    for (std::size_t index = kinds_before_; index < summary_.kinds.size(); ++index) {
        const KindSeen& seen = summary_.kinds[index];
        columns_[seen.column].kinds &= static_cast<std::uint8_t>(~(1U << static_cast<unsigned>(seen.kind)));
    }
    summary_.kinds.resize(kinds_before_);
    to_survey_.clear();
    nulled_.clear();
}

void RowBuilder::see_kind(Column& column, ColumnId id, Kind kind) {
    column.kinds |= static_cast<std::uint8_t>(1U << static_cast<unsigned>(kind));
    // The columns of a schema are in its order, and before all others.
    const std::uint32_t position =
        column.place != Column::kNoPlace ? column.place : position_ + static_cast<std::uint32_t>(schema_.size());
    summary_.kinds.push_back({id, kind, position, ordinal_});
}

void RowBuilder::object_to(Fault fault, const char* at, ColumnId column, std::string message) {
    if (!objection_) objection_ = Objection{fault, at, column, std::move(message)};
}

void RowBuilder::object_to_duplicate(const char* name, ColumnId id) {
    object_to(Fault::duplicate_key, name, id, std::string(fault_message(Fault::duplicate_key)));
}

void RowBuilder::watch_value(const Column& column, ColumnId id, const Token& token) {
    if (column.declared != nullptr) check_value(column, id, token);
    if (column.survey != Column::kNoSlot && token.kind == Kind::number) {
        to_survey_.emplace_back(column.survey, token.view());
    }
    if (column.row_rules != nullptr) check_row_rules(column, id, token);
}

void RowBuilder::check_value(const Column& column, ColumnId id, const Token& token) {
    const std::optional<Fault> fault = check_declared(token, *column.declared, scratch_);
    if (!fault) return;
    object_to(*fault, token.data, id,
              fmt::format("{}; expected {}", fault_message(*fault), expectation(token, *column.declared)));
}

void RowBuilder::report(const RowFault& fault, std::string_view row, std::string message) {
    const Ordinal begin = data_begin_ + static_cast<Ordinal>(row.data() - data_);
    add_report({.ordinal = begin,
                .length = row.size(),
                .code = std::string(fault_code(fault.fault)),
                .message = std::move(message),
                .column = fault.column},
               fault.offset, row, bad_rows_.wanted() ? crc64nvme(row) : 0);
}

void RowBuilder::report_objection(std::string_view row) {
    report_objection(row, static_cast<std::size_t>(objection_->at - row.data()));
}

void RowBuilder::report_objection(std::string_view row, std::size_t offset) {
    report({.fault = objection_->fault, .offset = offset, .column = columns_.name(objection_->column)}, row,
           std::move(objection_->message));
}

void RowBuilder::take_overlong(const Chunk::Overlong& row) {
    ++summary_.rows_read;
    ++summary_.bad_rows;
    if (!wants_report()) return;
    add_report({.ordinal = inputs_->begin_of(file_) + row.begin,
                .length = row.length,
                .code = std::string(fault_code(Fault::too_long)),
                .message = too_long_message()},
               0, row.first_bytes, row.checksum);
}

// `text` is the row from its first byte on, perhaps not all of it.
void RowBuilder::add_report(BadRow row, std::size_t offset, std::string_view text, std::uint64_t checksum) {
    row.file = inputs_->files()[file_].name();
    row.byte = row.ordinal - inputs_->begin_of(file_);
    row.fault = row.byte + offset;
    const std::uint64_t text_length = row.length;
    if (mended_ != nullptr) {  // in vain: the bad row in the input is the one that counts
        row.length = mended_->length;
        checksum = mended_->checksum;
    }
    if (stops_at_types() && !stopped_ && (row.code == "bad_type" || row.code == "bad_timestamp"))
        stopped_ = stop_at(row, offset, text);
    bad_rows_.add(row, text, text_length, checksum);
    if (!wants_excerpt()) return;
    Excerpt excerpt = excerpt_around(text, offset);
    row.excerpt = std::move(excerpt.text);
    row.caret = excerpt.caret;
    summary_.first_bad_rows.push_back(std::move(row));
}

Error RowBuilder::stop_at(const BadRow& row, std::size_t offset, std::string_view text) const {
    const auto line = LineCounter(*inputs_, file_).line_at(row.byte);
    if (!line) return line.error();
    const Excerpt excerpt = excerpt_around(text, offset);
    return data_error(
        row.code, fmt::format("{}:{}: byte {}: {} in column '{}': {}\n    {}\n  `on_type_error: fail` stops at such "
                              "a value; `quarantine` and `null` go on",
                              row.file, *line, row.fault, row.code, row.column, row.message, excerpt.text));
}

std::string RowBuilder::too_long_message() const {
    return fmt::format("{} of {} bytes", fault_message(Fault::too_long), settings_.max_row);
}

Error RowBuilder::out_of_memory(std::size_t bytes) const {
    return external_error("out_of_memory", fmt::format("not enough memory to read {} bytes of '{}' at once; give a "
                                                       "smaller --block-size or fewer --threads",
                                                       bytes, inputs_->files()[file_].name()));
}

}  // namespace sluice::formats
