#include "support/memory_source.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <string_view>

#include "rows/json_text.hpp"

namespace sluice::test {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t skip_space(std::string_view text, std::size_t at) {
    while (at < text.size() && is_space(text[at])) ++at;
    return at;
}

std::size_t end_of_text(std::string_view text, std::size_t at) {
    for (++at; text[at] != '"'; ++at) {
        if (text[at] == '\\') ++at;
    }
    return at + 1;
}

std::size_t end_of_value(std::string_view text, std::size_t at) {
    if (text[at] == '"') return end_of_text(text, at);
    int depth = 0;
    while (depth > 0 || std::string_view(",}] \t\r").find(text[at]) == std::string_view::npos) {
        if (text[at] == '"') {
            at = end_of_text(text, at);
            continue;
        }
        if (text[at] == '[' || text[at] == '{') ++depth;
        if (text[at] == ']' || text[at] == '}') --depth;
        ++at;
        if (depth == 0 && (text[at - 1] == ']' || text[at - 1] == '}')) break;
    }
    return at;
}

struct Line {
    Ordinal begin = 0;
    std::string_view text;
};

std::vector<Line> lines_of(std::string_view text) {
    std::vector<Line> lines;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        const std::string_view line = text.substr(begin, end - begin);
        if (skip_space(line, 0) < line.size()) lines.push_back({begin, line});
        begin = end + 1;
    }
    return lines;
}

// The names that a scan met. Numbers are given out in the order of arrival, as a real scan does.
class Names {
public:
    ColumnId id(const std::string& name) {
        const std::lock_guard lock(mutex_);
        const auto [place, added] = ids_.try_emplace(name, static_cast<ColumnId>(names_.size()));
        if (added) names_.push_back(name);
        return place->second;
    }
    const std::string& name(ColumnId id) const {
        const std::lock_guard lock(mutex_);
        return names_[id];
    }

private:
    mutable std::mutex mutex_;
    std::map<std::string, ColumnId> ids_;
    std::deque<std::string> names_;
};

void parse(std::string_view line, Names& names, std::vector<RowEntry>& out) {
    std::size_t at = skip_space(line, 0) + 1;
    for (at = skip_space(line, at); line[at] != '}'; at = skip_space(line, at)) {
        if (line[at] == ',') at = skip_space(line, at + 1);
        const std::size_t name_end = end_of_text(line, at);
        std::string name;
        append_decoded(token_of(line.substr(at, name_end - at)), name);
        at = skip_space(line, skip_space(line, name_end) + 1);
        const std::size_t value_end = end_of_value(line, at);
        out.push_back({names.id(name), token_of(line.substr(at, value_end - at))});
        at = value_end;
    }
}

class MemoryScan final : public Scan {
public:
    MemoryScan(std::string_view text, std::size_t rows_per_block, ScanRequest request, std::atomic<int>& finished)
        : lines_(lines_of(text)), rows_per_block_(rows_per_block), request_(std::move(request)), finished_(&finished) {}

    std::unique_ptr<BlockReader> reader() override { return std::make_unique<Reader>(*this); }
    Result<ScanSummary> finish() override;
    const std::string& column_name(ColumnId id) const override { return names_.name(id); }

private:
    class Reader final : public BlockReader {
    public:
        explicit Reader(MemoryScan& scan) : scan_(&scan) {}
        Result<const Block*> next() override;

    private:
        MemoryScan* scan_;
        std::unique_ptr<Block> block_;
        std::unique_ptr<char[]> bytes_;
    };

    std::vector<Line> lines_;
    std::size_t rows_per_block_;
    ScanRequest request_;
    std::atomic<int>* finished_;
    std::atomic<std::size_t> next_{0};
    Names names_;
};

Result<const Block*> MemoryScan::Reader::next() {
    if (scan_->request_.stop != nullptr) TRY(scan_->request_.stop->check());
    const std::size_t begin = scan_->next_.fetch_add(scan_->rows_per_block_);
    if (begin >= scan_->lines_.size()) return nullptr;
    const auto lines =
        std::span(scan_->lines_).subspan(begin).first(std::min(scan_->rows_per_block_, scan_->lines_.size() - begin));

    std::size_t size = 0;
    for (const Line& line : lines) size += line.text.size();
    bytes_ = std::make_unique<char[]>(size);
    block_ = std::make_unique<Block>();
    char* place = bytes_.get();
    std::vector<RowEntry> entries;
    block_->slots.resize(scan_->request_.slots.size());
    block_->entry_begin.push_back(0);
    for (const Line& line : lines) {
        std::memcpy(place, line.text.data(), line.text.size());
        entries.clear();
        parse({place, line.text.size()}, scan_->names_, entries);
        place += line.text.size();
        block_->ordinals.push_back(line.begin);
        for (std::size_t slot = 0; slot < block_->slots.size(); ++slot) {
            const auto found = std::find_if(entries.begin(), entries.end(), [&](const RowEntry& entry) {
                return scan_->names_.name(entry.column) == scan_->request_.slots[slot];
            });
            block_->slots[slot].push_back(found == entries.end() ? Token{} : found->token);
        }
        if (scan_->request_.entries) block_->entries.insert(block_->entries.end(), entries.begin(), entries.end());
        block_->entry_begin.push_back(static_cast<std::uint32_t>(block_->entries.size()));
    }
    return block_.get();
}

Result<ScanSummary> MemoryScan::finish() {
    ScanSummary summary;
    std::map<ColumnId, std::size_t> positions;
    std::vector<RowEntry> entries;
    for (const Line& line : lines_) {
        entries.clear();
        parse(line.text, names_, entries);
        for (const RowEntry& entry : entries) {
            const auto [place, added] = positions.try_emplace(entry.column, summary.columns.size());
            if (added) {
                ColumnSummary& column = summary.columns.emplace_back();
                column.name = names_.name(entry.column);
                column.id = entry.column;
                column.first_row = line.begin;
            }
            ColumnSummary& column = summary.columns[place->second];
            const auto kind = static_cast<std::size_t>(entry.token.kind);
            if (!column.has(entry.token.kind)) column.first_of_kind[kind] = line.begin;
            column.kinds |= 1U << kind;
        }
    }
    summary.rows = lines_.size();
    ++*finished_;
    return summary;
}

}  // namespace

std::unique_ptr<Scan> MemorySource::scan(const ScanRequest& request) const {
    return std::make_unique<MemoryScan>(text_, rows_per_block_, request, finished_scans_);
}

Result<Place> MemorySource::place(Ordinal ordinal) const {
    const auto newlines = std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(ordinal), '\n');
    return Place{name_ + ".jsonl", static_cast<std::uint64_t>(newlines) + 1};
}

}  // namespace sluice::test
