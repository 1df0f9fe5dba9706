#include "formats/csv/column_types.hpp"

#include "formats/csv/cell_text.hpp"
#include "formats/csv/chunk_rows.hpp"
#include "formats/scan/json_number.hpp"

namespace sluice::formats::csv {

bool is_number(const char* begin, const char* end) noexcept { return number_end(begin) == end; }
bool is_boolean(std::string_view cell) noexcept { return cell == "true" || cell == "false"; }

// One thread's share of the survey.
class TypeSurvey::Surveyor {
public:
    Surveyor(const TypeSurvey& survey, const RowSettings& settings)
        : survey_(survey), settings_(settings), seen_(survey.columns_.names.size()) {
        for (const std::string& name : survey.columns_.names) {
            const auto declared = settings.declared->find(name);
            declared_.push_back(declared == settings.declared->end() ? nullptr : &declared->second);
        }
    }

    [[nodiscard]] Result<> read(ChunkSource& chunks) {
        const auto reader = chunks.reader();
        for (;;) {
            if (settings_.request->stop != nullptr) TRY(settings_.request->stop->check());
            TRY_ASSIGN(const std::optional<Chunk> chunk, reader->next());
            if (!chunk) return {};
            take(*chunk);
        }
    }
    [[nodiscard]] const std::vector<CellsSeen>& seen() const noexcept { return seen_; }

private:
    void take(const Chunk& chunk) {
        const FileLayout& layout = survey_.layouts_[chunk.file];
        const auto& columns = survey_.columns_.of_file[chunk.file];
        const std::uint64_t begin = layout.data_begin > chunk.begin ? layout.data_begin - chunk.begin : 0;
        if (begin >= chunk.size) return;
        rows_.start({chunk.data, chunk.size}, begin, layout.dialect, columns.size(), settings_.max_row);
        while (rows_.next()) {
            if (!rows_.good() && rows_.problem()) continue;
            if (!fits_declared(chunk.data, layout, columns)) continue;
            for (std::size_t index = 0; index < columns.size(); ++index) {
                CellsSeen& seen = seen_[columns[index]];
                if (!seen.decided()) look_at(chunk.data, rows_.cells()[index], seen);
            }
        }
    }

    static void look_at(const char* data, const Cell& cell, CellsSeen& seen) {
        if (cell.is_null()) return;
        const char* begin = data + cell.begin;
        const char* end = data + cell.end;
        const bool number = seen.may_be_number() && is_number(begin, end);
        seen.see(number, !number && seen.may_be_boolean() && is_boolean({begin, end}));
    }

    // A row that is bad for its declared types has no say.
    [[nodiscard]] bool fits_declared(const char* data, const FileLayout& layout,
                                     const std::vector<std::uint32_t>& columns) {
        if (settings_.declared->empty()) return true;
        for (std::size_t index = 0; index < columns.size(); ++index) {
            const DeclaredColumn* declared = declared_[columns[index]];
            if (declared == nullptr) continue;
            const Cell& cell = rows_.cells()[index];
            if (cell.is_null()) continue;
            text_.clear();
            const Token token = declared_token(data, cell, layout.dialect, declared->declared.type, text_);
            if (check_declared(token, *declared, scratch_)) return false;
        }
        return true;
    }

    const TypeSurvey& survey_;
    const RowSettings& settings_;
    std::vector<const DeclaredColumn*> declared_;
    std::vector<CellsSeen> seen_;
    ChunkRows rows_;
    std::string text_;
    std::string scratch_;
};

Result<const std::vector<CellType>*> TypeSurvey::join(const RowSettings& settings) {
    std::unique_lock lock(mutex_);
    if (!exhausted_ && !done_) {
        ++working_;
        lock.unlock();
        Surveyor surveyor(*this, settings);
        const Result<> read = surveyor.read(*chunks_);
        lock.lock();
        exhausted_ = true;
        --working_;
        if (!read && !failure_) {
            failure_ = read.error();
            chunks_->close();
        }
        seen_.resize(columns_.names.size());
        for (std::size_t column = 0; column < seen_.size(); ++column) seen_[column].merge(surveyor.seen()[column]);
        if (working_ == 0) {
            for (const CellsSeen& seen : seen_) types_.push_back(seen.type());
            done_ = true;
            chunks_.reset();
            changed_.notify_all();
        }
    }
    changed_.wait(lock, [this] { return done_; });
    if (failure_) return *failure_;
    return &types_;
}

}  // namespace sluice::formats::csv
