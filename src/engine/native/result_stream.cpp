#include "engine/native/result_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <numeric>

#include "rows/key.hpp"

namespace sluice {
namespace {

constexpr std::size_t kBatchRows = 4096;

// Where a token's text stands while the text may still move.
struct Piece {
    std::size_t begin = 0;
    std::size_t end = 0;
    Kind kind = Kind::null;
};

class GroupStream final : public RowStream {
public:
    explicit GroupStream(GroupReport report) : report_(std::move(report)) {
        columns_.push_back(report_.key);
        columns_.insert(columns_.end(), report_.measure_columns.begin(), report_.measure_columns.end());
        batch_.columns.resize(columns_.size());
    }

    const std::vector<OutputColumn>& columns() const override { return columns_; }

    Result<const TokenBatch*> next() override {
        const std::size_t end = std::min(position_ + kBatchRows, report_.order.size());
        if (position_ == end) return nullptr;
        text_.clear();
        pieces_.clear();
        for (std::size_t index = position_; index < end; ++index) {
            const Code code = report_.order[index];
            append_key_token(code);
            for (std::size_t measure = 0; measure < report_.functions.size(); ++measure)
                TRY(append_measure(measure, code));
        }
        batch_.rows = end - position_;
        position_ = end;
        make_tokens();
        return &batch_;
    }

private:
    void finish_piece(std::size_t begin, Kind kind) { pieces_.push_back({begin, text_.size(), kind}); }

    void append_key_token(Code code) {
        const std::size_t begin = text_.size();
        const std::string_view key = report_.domain->key(code);
        text_ += key_token(key, !report_.spelled_as_integer.empty() && report_.spelled_as_integer[code]);
        finish_piece(begin, key_kind(key));
    }

    [[nodiscard]] Result<> append_measure(std::size_t measure, Code code) {
        const std::size_t begin = text_.size();
        Kind kind = Kind::number;
        const MeasureValues& values = report_.groups.measures[measure];
        if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&values)) {
            fmt::format_to(std::back_inserter(text_), "{}", (*counts)[code]);
        } else if (const auto* gaps = std::get_if<std::vector<TimedRows>>(&values)) {
            fmt::format_to(std::back_inserter(text_), "{}", (*gaps)[code].mean_gap());
        } else if (const auto* sums = std::get_if<std::vector<SummedRows>>(&values); sums && (*sums)[code].rows > 0) {
            const SummedRows& sum = (*sums)[code];
            const bool mean = report_.functions[measure] == AggregateFunction::avg;
            const Result<std::string> number = mean ? sum.sum.mean_text(sum.rows) : sum.sum.sum_text();
            if (!number) return number.error().within(context(measure, code));
            text_ += *number;
        } else {
            text_ += "null";
            kind = Kind::null;
        }
        finish_piece(begin, kind);
        return {};
    }

    [[nodiscard]] std::string context(std::size_t measure, Code code) const {
        return fmt::format("{}: {} for {} {}", report_.places[measure], report_.measure_columns[measure].name,
                           report_.key.name, key_token(report_.domain->key(code), false));
    }

    void make_tokens() {
        for (std::vector<Token>& column : batch_.columns) column.clear();
        std::size_t column = 0;
        for (const Piece& piece : pieces_) {
            const char* data = text_.data() + piece.begin;
            const std::size_t size = piece.end - piece.begin;
            const bool escaped = piece.kind == Kind::text && std::memchr(data, '\\', size) != nullptr;
            batch_.columns[column].push_back({data, static_cast<std::uint32_t>(size), piece.kind, escaped});
            column = column + 1 == batch_.columns.size() ? 0 : column + 1;
        }
    }

    GroupReport report_;
    std::vector<OutputColumn> columns_;
    std::size_t position_ = 0;
    std::string text_;
    std::vector<Piece> pieces_;
    TokenBatch batch_;
};

}  // namespace

std::vector<Code> report_order(const Groups& groups, std::span<const AggregateFunction> functions,
                               const KeyDomain& domain, bool most_frequent_first) {
    std::vector<Code> order;
    for (Code code = 1; code < groups.rows.size(); ++code) {
        bool left_out = groups.rows[code] == 0;
        for (std::size_t measure = 0; measure < functions.size() && !left_out; ++measure) {
            if (functions[measure] != AggregateFunction::mean_gap) continue;
            const auto* gaps = std::get_if<std::vector<TimedRows>>(&groups.measures[measure]);
            left_out = gaps != nullptr && (*gaps)[code].rows == 0;
        }
        if (!left_out) order.push_back(code);
    }
    const auto* counts = most_frequent_first && !groups.measures.empty()
                             ? std::get_if<std::vector<std::uint64_t>>(&groups.measures.front())
                             : nullptr;
    std::sort(order.begin(), order.end(), [&](Code a, Code b) {
        if (counts != nullptr && (*counts)[a] != (*counts)[b]) return (*counts)[a] > (*counts)[b];
        return domain.key(a) < domain.key(b);
    });
    return order;
}

std::unique_ptr<RowStream> make_group_stream(GroupReport report) {
    return std::make_unique<GroupStream>(std::move(report));
}

}  // namespace sluice
