#include "formats/csv/cell_survey.hpp"

#include "formats/csv/cell_text.hpp"

namespace sluice::formats::csv {

CellSurvey::CellSurvey(const CsvSource& source, const RowSettings& settings, const std::vector<bool>& wanted,
                       CellsSeen& seen)
    : source_(source), settings_(settings), wanted_(wanted), seen_(seen) {
    for (const std::string& name : source.columns.names) {
        const auto declared = settings.declared->find(name);
        declared_.push_back(declared == settings.declared->end() ? nullptr : &declared->second);
    }
}

void CellSurvey::take(const Chunk& chunk) {
    const FileLayout& layout = source_.layouts[chunk.file];
    const auto& columns = source_.columns.of_file[chunk.file];
    const std::uint64_t begin = layout.data_begin > chunk.begin ? layout.data_begin - chunk.begin : 0;
    if (begin >= chunk.size) return;
    open_.clear();
    for (std::size_t index = 0; index < columns.size(); ++index)
        if (wanted_[columns[index]] && seen_[columns[index]] != kTexts) open_.push_back(index);
    if (open_.empty()) return;
    rows_.start({chunk.data, chunk.size}, begin, layout.dialect, columns.size(), settings_.max_row);
    while (rows_.next()) {
        if (!rows_.good() && rows_.problem()) continue;
        if (fits_declared(chunk.data, layout, columns)) look_at_row(chunk.data, columns);
    }
}

void CellSurvey::look_at_row(const char* data, const std::vector<std::uint32_t>& columns) {
    for (const std::size_t index : open_) {
        const Cell& cell = rows_.cells()[index];
        const CellTypes seen = seen_[columns[index]];
        if (seen == kTexts || cell.is_null()) continue;
        const CellTypes types = types_of_cell({data + cell.begin, cell.end - cell.begin});
        if (types != seen) seen_.see(columns[index], types);
    }
}

// A row that is bad for its declared types has no say; one whose values become null instead is not bad.
bool CellSurvey::fits_declared(const char* data, const FileLayout& layout, const std::vector<std::uint32_t>& columns) {
    if (settings_.declared->empty() || settings_.rules->type_errors == TypeErrors::null) return true;
    for (std::size_t index = 0; index < columns.size(); ++index) {
        const DeclaredColumn* declared = declared_[columns[index]];
        if (declared == nullptr) continue;
        const Cell& cell = rows_.cells()[index];
        if (cell.is_null()) continue;
        text_.clear();
        const Token token = declared_token(data, cell, layout.dialect, declared->declared, text_);
        if (check_declared(token, *declared, scratch_)) return false;
    }
    return true;
}

}  // namespace sluice::formats::csv
