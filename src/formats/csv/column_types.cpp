#include "formats/csv/column_types.hpp"

#include <algorithm>

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
            if (settled()) return {};
        }
    }
    [[nodiscard]] const std::vector<CellsSeen>& seen() const noexcept { return seen_; }
    // Whether nothing can change any more.
    [[nodiscard]] bool settled() const {
        for (std::size_t column = 0; column < seen_.size(); ++column)
            if (is_open(column)) return false;
        return true;
    }

private:
    void take(const Chunk& chunk) {
        const FileLayout& layout = survey_.layouts_[chunk.file];
        const auto& columns = survey_.columns_.of_file[chunk.file];
        const std::uint64_t begin = layout.data_begin > chunk.begin ? layout.data_begin - chunk.begin : 0;
        if (begin >= chunk.size) return;
        open_.clear();
        for (std::size_t index = 0; index < columns.size(); ++index)
            if (is_open(columns[index])) open_.push_back(index);
        if (open_.empty()) return;
        rows_.start({chunk.data, chunk.size}, begin, layout.dialect, columns.size(), settings_.max_row);
        while (rows_.next()) {
            if (!rows_.good() && rows_.problem()) continue;
            if (!fits_declared(chunk.data, layout, columns)) continue;
            for (const std::size_t index : open_) {
                CellsSeen& seen = seen_[columns[index]];
                if (!seen.decided()) look_at(chunk.data, rows_.cells()[index], seen);
            }
        }
    }

    [[nodiscard]] bool is_open(std::size_t column) const {
        return survey_.surveyed_[column] && !seen_[column].decided();
    }
    static void look_at(const char* data, const Cell& cell, CellsSeen& seen) {
        if (cell.is_null()) return;
        const char* begin = data + cell.begin;
        const char* end = data + cell.end;
        const bool number = seen.may_be_number() && is_number(begin, end);
        seen.see(number, !number && seen.may_be_boolean() && is_boolean({begin, end}));
    }

    // A row that is bad for its declared types has no say; one whose values become null instead is not bad.
    [[nodiscard]] bool fits_declared(const char* data, const FileLayout& layout,
                                     const std::vector<std::uint32_t>& columns) {
        if (settings_.declared->empty() || settings_.rules->type_errors == TypeErrors::null) return true;
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
    std::vector<std::size_t> open_;  // the cells of the chunk's rows that are looked at
    ChunkRows rows_;
    std::string text_;
    std::string scratch_;
};

// Entries and a survey of numbers are about all columns. Declared columns need no survey.
std::vector<bool> TypeSurvey::wanted_by(const RowSettings& settings) const {
    const ScanRequest& request = *settings.request;
    std::vector<bool> wanted(columns_.names.size());
    for (std::size_t column = 0; column < wanted.size(); ++column) {
        const std::string& name = columns_.names[column];
        const bool asked = request.entries || request.survey_all ||
                           std::ranges::find(request.slots, name) != request.slots.end() ||
                           std::ranges::find(request.surveyed, name) != request.surveyed.end();
        wanted[column] = asked && !settings.declared->contains(name);
    }
    return wanted;
}

void TypeSurvey::start(std::vector<bool> wanted, const MakeChunks& make_chunks) {
    surveyed_ = std::move(wanted);
    chunks_ = make_chunks();
    exhausted_ = false;
}

// Unlocked while it reads. The last of the threads ends the survey.
void TypeSurvey::take_part(std::unique_lock<std::mutex>& lock, const RowSettings& settings) {
    ++working_;
    lock.unlock();
    Surveyor surveyor(*this, settings);
    const Result<> read = surveyor.read(*chunks_);
    lock.lock();
    exhausted_ = true;
    // Others may still read files that this thread passed by, unless there is nothing more to learn.
    if (!read || surveyor.settled()) chunks_->close();
    if (!read && !failure_) failure_ = read.error();
    for (std::size_t column = 0; column < seen_.size(); ++column)
        if (surveyed_[column]) seen_[column].merge(surveyor.seen()[column]);
    if (--working_ > 0) return;
    for (std::size_t column = 0; column < known_.size(); ++column) known_[column] = known_[column] || surveyed_[column];
    chunks_.reset();
    changed_.notify_all();
}

Result<std::vector<CellType>> TypeSurvey::types(const RowSettings& settings, const MakeChunks& make_chunks) {
    const std::vector<bool> wanted = wanted_by(settings);
    std::unique_lock lock(mutex_);
    known_.resize(wanted.size());
    seen_.resize(wanted.size());
    const auto all_known = [&] {
        for (std::size_t column = 0; column < wanted.size(); ++column)
            if (wanted[column] && !known_[column]) return false;
        return true;
    };
    while (!failure_ && !all_known()) {
        if (!chunks_) start(wanted, make_chunks);
        if (!exhausted_) take_part(lock, settings);
        changed_.wait(lock, [this] { return !chunks_; });
    }
    if (failure_) return *failure_;
    std::vector<CellType> types;
    for (const CellsSeen& seen : seen_) types.push_back(seen.type());
    return types;
}

}  // namespace sluice::formats::csv
