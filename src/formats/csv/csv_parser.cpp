#include "formats/csv/csv_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "formats/csv/cell_text.hpp"

namespace sluice::formats::csv {

CsvParser::CsvParser(const CsvSource& source, ColumnRegistry& registry, const RowSettings& settings, ScanTypes& types)
    : source_(source),
      rows_(registry, settings),
      types_(types),
      survey_(source, settings, types.presumed(), types.seen()) {}

Result<> CsvParser::make_targets(const InputSet& inputs) {
    TRY(types_.prepare(inputs));
    const DeclaredColumns& declared = *rows_.settings().declared;
    for (std::size_t column = 0; column < source_.columns.names.size(); ++column) {
        const std::string& name = source_.columns.names[column];
        const auto found = declared.find(name);
        const ColumnId id = rows_.column_of(name);
        const Column& known = rows_.columns()[id];
        targets_.push_back(
            {.id = id,
             .types = types_[column],
             .presumed = types_.is_presumed(column),
             .declared = found == declared.end() ? nullptr : &found->second,
             .wanted = rows_.settings().request->entries || known.slot != Column::kNoSlot || known.watched});
    }
    return {};
}

void CsvParser::plan_cells(std::span<const std::uint32_t> columns) {
    plan_.clear();
    for (std::uint32_t index = 0; index < columns.size(); ++index) {
        Target& target = targets_[columns[index]];
        if (target.types == kAllOpen) target.types = types_[columns[index]];  // that another thread may have settled
        const bool nulls_only = !target.wanted && rows_.has_seen(target.id, Kind::text);
        if (nulls_only && rows_.has_seen(target.id, Kind::null)) continue;
        plan_.push_back({.index = index, .column = columns[index], .nulls_only = nulls_only});
    }
}

Result<> CsvParser::parse(const InputSet& inputs, const Chunk& chunk, Block& block) {
    if (targets_.empty()) TRY(make_targets(inputs));
    rows_.start_block(inputs, chunk, block);
    if (types_.misread()) {
        survey_.take(chunk);
        return {};
    }
    if (std::exchange(arena_used_, false)) arena_ = {};
    data_ = chunk.data;
    size_ = static_cast<std::uint32_t>(chunk.size);
    layout_ = &source_.layouts[chunk.file];
    const auto& columns = source_.columns.of_file[chunk.file];
    const std::uint64_t header = layout_->data_begin > chunk.begin ? layout_->data_begin - chunk.begin : 0;
    if (header < chunk.size) {
        chunk_rows_.start({chunk.data, chunk.size}, header, layout_->dialect, columns.size(), rows_.settings().max_row);
        plan_cells(columns);
        parse_rows(columns);
    }
    if (chunk.overlong) rows_.take_overlong(*chunk.overlong);
    return rows_.end_block();
}

void CsvParser::parse_rows(std::span<const std::uint32_t> columns) {
    while (chunk_rows_.next()) {
        std::optional<ChunkRows::RowProblem> problem;
        if (!chunk_rows_.good()) problem = chunk_rows_.problem();
        problem ? refuse_row(*problem, columns) : take_row(columns);
    }
}

void CsvParser::take_row(std::span<const std::uint32_t> columns) {
    rows_.start_row(data_ + chunk_rows_.begin());
    surprises_.clear();
    const std::span<const Cell> cells = chunk_rows_.cells();
    for (const PlannedCell& planned : plan_) {
        const Cell& cell = cells[planned.index];
        const bool is_null = cell.is_null();
        if (planned.nulls_only && !is_null) continue;
        const Target& target = targets_[planned.column];
        const char* begin = data_ + cell.begin;
        if (!target.wanted) {
            const Kind kind = is_null ? Kind::null : Kind::text;
            if (!rows_.has_seen(target.id, kind)) rows_.take_value(target.id, begin, {begin, 0, kind, false});
        } else if (is_null) {
            rows_.take_value(target.id, begin, {begin, 0, Kind::null, false});
        } else {
            rows_.take_value(target.id, begin, value_of(planned.column, cell));
        }
    }
    if (!rows_.end_row(true)) {
        if (rows_.wants_report()) report_objection(columns);
        return;
    }
    for (const auto& [column, types] : surprises_) {
        types_.see(column, types);
        targets_[column].types = types_[column];
    }
}

RowValue CsvParser::value_of(std::uint32_t column, const Cell& cell) {
    const Target& target = targets_[column];
    const char* begin = data_ + cell.begin;
    const std::uint32_t size = cell.end - cell.begin;
    if (target.declared != nullptr) {
        scratch_.clear();
        const Token token = declared_token(data_, cell, layout_->dialect, target.declared->declared, scratch_);
        if (token.kind != Kind::text) return {begin, size, token.kind, false};
        return text_of(cell);
    }
    if (target.types == kTexts) return text_of(cell);
    if (target.types == kNumbers && is_number(begin, begin + size)) return {begin, size, Kind::number, false};
    const CellTypes types = types_of_cell({begin, size});
    if (types != target.types && target.presumed) surprises_.emplace_back(column, types);
    // A file that was written to since its types were found may have other cells: they are texts.
    if ((types & target.types) == kTexts) return text_of(cell);
    if (types == kNumbers) return {begin, size, Kind::number, false};
    return {begin, size, *begin == 't' ? Kind::true_ : Kind::false_, false};
}

RowValue CsvParser::text_of(const Cell& cell) {
    const bool at_edge = cell.begin == 0 || cell.end == size_;
    return at_edge || cell.doubled || chunk_rows_.needs_escapes(cell) ? copied_text(cell) : text_in_place(cell);
}

RowValue CsvParser::text_in_place(const Cell& cell) {
    data_[cell.begin - 1] = '"';
    data_[cell.end] = '"';
    return {data_ + cell.begin - 1, cell.end - cell.begin + 2, Kind::text, false};
}

RowValue CsvParser::copied_text(const Cell& cell) {
    scratch_.clear();
    append_json_text(data_, cell, layout_->dialect, scratch_);
    arena_used_ = true;
    const bool escaped = scratch_.find('\\') != std::string::npos;
    return {arena_.copy(scratch_), static_cast<std::uint32_t>(scratch_.size()), Kind::text, escaped};
}

// Undoes text_in_place() for the whole row.
void CsvParser::restore_row() {
    const std::span<const Cell> cells = chunk_rows_.cells();
    for (std::size_t index = 0; index < cells.size(); ++index) {
        const Cell& cell = cells[index];
        if (index > 0) data_[cell.outer_begin() - 1] = layout_->dialect.delimiter;
        if (cell.quoted) data_[cell.begin - 1] = data_[cell.end] = *layout_->dialect.quote;
    }
}

std::string CsvParser::column_name(std::size_t cell, std::span<const std::uint32_t> columns) const {
    return cell < columns.size() ? source_.columns.names[columns[cell]] : std::string();
}

void CsvParser::refuse_row(const ChunkRows::RowProblem& problem, std::span<const std::uint32_t> columns) {
    rows_.start_row(data_ + chunk_rows_.begin());
    if (rows_.end_row(false) || !rows_.wants_report()) return;
    std::string message(fault_message(problem.fault));
    if (problem.fault == Fault::too_long) message = rows_.too_long_message();
    if (problem.fault == Fault::missing_cells || problem.fault == Fault::extra_cells)
        message += fmt::format(": {} instead of {}", chunk_rows_.count(), columns.size());
    rows_.report({.fault = problem.fault, .offset = problem.offset, .column = column_name(problem.cell, columns)},
                 chunk_rows_.text(), std::move(message));
}

void CsvParser::report_objection(std::span<const std::uint32_t> columns) {
    restore_row();
    const auto at = std::ranges::find_if(
        columns, [this](std::uint32_t column) { return targets_[column].id == rows_.objection_column(); });
    if (at == columns.end()) return rows_.report_objection(chunk_rows_.text(), 0);  // to a column that the file lacks
    const Cell& cell = chunk_rows_.cells()[static_cast<std::size_t>(at - columns.begin())];
    rows_.report_objection(chunk_rows_.text(), cell.outer_begin() - chunk_rows_.begin());
}

}  // namespace sluice::formats::csv
