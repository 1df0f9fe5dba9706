#include "plan/relational/spooled_rows.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <deque>
#include <string_view>
#include <utility>

namespace sluice {

namespace {

// Rows are gathered up to this size before they are written.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;
// A row that is longer is written value by value, so that a long value is not copied.
constexpr std::size_t kLongRow = std::size_t{4} << 20U;

// One thread's formatting of one text.
class RowSpooler {
public:
    RowSpooler(const RowText& text, const Scan& scan)
        : text_(&text), scan_(&scan), formatter_(text.fields, text.layout, text.style), values_(text.fields.size()) {}

    // Formats the rows and adds to `block` the slots of their offsets and sizes.
    [[nodiscard]] Result<> add(const Block& rows, Block& block) {
        places_.clear();
        for (std::size_t row = 0; row < rows.rows(); ++row) {
            const std::size_t bytes = place_values(rows.row(row));
            if (bytes > kLongRow) {
                TRY(flush());
                TRY(spool_long_row(bytes));
                continue;
            }
            const std::size_t begin = bytes_.size();
            formatter_.append(values_, bytes_);
            pending_.push_back(bytes_.size() - begin);
            if (bytes_.size() > kPieceBytes) TRY(flush());
        }
        TRY(flush());
        add_slots(block);
        return {};
    }

private:
    static constexpr std::int32_t kUnknown = -2;
    static constexpr std::int32_t kUnwritten = -1;

    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    // Puts a row's tokens into the places of their fields; gives their size.
    std::size_t place_values(std::span<const RowEntry> row) {
        std::ranges::fill(values_, Token{});
        std::size_t bytes = 0;
        for (const RowEntry& entry : row) {
            const std::int32_t field = field_of(entry.column);
            if (field < 0) continue;
            values_[static_cast<std::size_t>(field)] = entry.token;
            bytes += entry.token.size;
        }
        return bytes;
    }

    std::int32_t field_of(ColumnId column) {
        if (column >= fields_.size()) fields_.resize(column + std::size_t{1}, kUnknown);
        if (fields_[column] == kUnknown) {
            const auto found = std::ranges::find(text_->fields, scan_->column_name(column), &FragmentField::input);
            fields_[column] =
                found == text_->fields.end() ? kUnwritten : static_cast<std::int32_t>(found - text_->fields.begin());
        }
        return fields_[column];
    }

    Result<> flush() {
        if (pending_.empty()) return {};
        std::uint64_t offset = text_->spool->reserve(bytes_.size());
        TRY(text_->spool->write_at(offset, bytes_));
        for (const std::uint64_t size : pending_) {
            places_.push_back({offset, size});
            offset += size;
        }
        pending_.clear();
        bytes_.clear();
        return {};
    }

    // Long values go from where they were read to the file. Only text and numbers: what is nested is laid out anew.
    Result<> spool_long_row(std::size_t bytes) {
        std::vector<Token> shown = values_;
        std::vector<std::size_t> long_fields;
        for (std::size_t field = 0; field < values_.size(); ++field) {
            const bool is_copied = text_->fields[field].output.meaning == Meaning::value &&
                                   (values_[field].kind == Kind::text || values_[field].kind == Kind::number);
            if (!is_copied || values_[field].size < kPieceBytes) continue;
            shown[field] = Token{};
            long_fields.push_back(field);
        }
        if (long_fields.empty() || bytes == 0) {
            formatter_.append(values_, bytes_);
            pending_.push_back(bytes_.size());
            return flush();
        }
        // Field by field, each as a formatter of its own writes it; the separator goes before all but the first.
        std::vector<std::string> labels(values_.size());
        std::uint64_t size = 0;
        for (std::size_t field = 0; field < values_.size(); ++field) {
            const FragmentFormatter one(std::span(&text_->fields[field].output, 1), text_->layout, text_->style);
            if (field > 0) labels[field] = text_->layout.field_separator;
            one.append(std::span(&shown[field], 1), labels[field]);
            const bool is_long = std::ranges::find(long_fields, field) != long_fields.end();
            if (is_long) labels[field].resize(labels[field].size() - kNull.size());
            size += labels[field].size() + (is_long ? values_[field].size : 0);
        }
        const Place place{text_->spool->reserve(size), size};
        std::uint64_t offset = place.offset;
        for (std::size_t field = 0; field < values_.size(); ++field) {
            TRY(text_->spool->write_at(offset, labels[field]));
            offset += labels[field].size();
            if (std::ranges::find(long_fields, field) == long_fields.end()) continue;
            TRY(text_->spool->write_at(offset, values_[field].view()));
            offset += values_[field].size;
        }
        places_.push_back(place);
        return {};
    }

    // The numbers' texts lie in one string that does not move any more when tokens point into it.
    void add_slots(Block& block) {
        constexpr std::size_t kMostDigits = 20;
        numbers_.resize(places_.size() * 2 * kMostDigits);
        block.slots.resize(block.slots.size() + 2);
        std::vector<Token>& offsets = block.slots[block.slots.size() - 2];
        std::vector<Token>& sizes = block.slots.back();
        offsets.reserve(places_.size());
        sizes.reserve(places_.size());
        char* out = numbers_.data();
        const auto token = [&](std::uint64_t number) {
            char* const begin = out;
            out = std::to_chars(begin, begin + kMostDigits, number).ptr;
            return Token{begin, static_cast<std::uint32_t>(out - begin), Kind::number, false};
        };
        for (const Place& place : places_) {
            offsets.push_back(token(place.offset));
            sizes.push_back(token(place.size));
        }
    }

    static constexpr std::string_view kNull = "null";

    const RowText* text_;
    const Scan* scan_;
    FragmentFormatter formatter_;
    std::vector<std::int32_t> fields_;  // by ColumnId
    std::vector<Token> values_;         // of one row, by field
    std::string bytes_;
    std::vector<std::uint64_t> pending_;  // sizes of the rows in bytes_
    std::vector<Place> places_;
    std::string numbers_;
};

class SpoolingReader final : public BlockReader {
public:
    SpoolingReader(std::unique_ptr<BlockReader> rows, const Scan& scan, const std::vector<RowText>& texts)
        : rows_(std::move(rows)) {
        for (const RowText& text : texts) spoolers_.emplace_back(text, scan);
    }

    Result<const Block*> next() override {
        TRY_ASSIGN(const Block* block, rows_->next());
        if (block == nullptr) return nullptr;
        block_.ordinals = block->ordinals;
        block_.slots = block->slots;
        for (RowSpooler& spooler : spoolers_) TRY(spooler.add(*block, block_));
        return &block_;
    }

private:
    std::unique_ptr<BlockReader> rows_;
    std::deque<RowSpooler> spoolers_;
    Block block_;
};

class SpoolingScan final : public Scan {
public:
    SpoolingScan(std::unique_ptr<Scan> scan, const std::vector<RowText>& texts)
        : scan_(std::move(scan)), texts_(texts) {}

    std::unique_ptr<BlockReader> reader() override {
        return std::make_unique<SpoolingReader>(scan_->reader(), *scan_, texts_);
    }
    Result<ScanSummary> finish() override { return scan_->finish(); }
    const std::string& column_name(ColumnId id) const override { return scan_->column_name(id); }

private:
    std::unique_ptr<Scan> scan_;
    const std::vector<RowText>& texts_;
};

class SpoolingSource final : public ScannableSource {
public:
    SpoolingSource(const ScannableSource& source, std::vector<RowText> texts)
        : source_(source), texts_(std::move(texts)) {}

    const std::string& name() const override { return source_.name(); }
    std::uint64_t bytes() const override { return source_.bytes(); }
    const DeclaredTypes& types() const override { return source_.types(); }
    std::unique_ptr<Scan> scan(const ScanRequest& request) const override {
        ScanRequest own = request;
        own.entries = true;
        own.slots.resize(own.slots.size() - 2 * texts_.size());
        return std::make_unique<SpoolingScan>(source_.scan(own), texts_);
    }
    Result<Place> place(Ordinal ordinal) const override { return source_.place(ordinal); }

private:
    const ScannableSource& source_;
    const std::vector<RowText> texts_;
};

}  // namespace

std::unique_ptr<ScannableSource> spooling_source(const ScannableSource& source, std::vector<RowText> texts) {
    return std::make_unique<SpoolingSource>(source, std::move(texts));
}

}  // namespace sluice
