#include "engine/native/result_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <type_traits>
#include <utility>

#include "engine/native/sorted_keys.hpp"
#include "rows/key.hpp"
#include "utils/parallel.hpp"

namespace sluice {
namespace {

constexpr std::size_t kBatchRows = 8192;
constexpr std::size_t kAhead = 16;

template <typename Integer>
void append_integer(Integer value, std::string& out) {
    std::array<char, 20> digits;
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

void append_nanoseconds(Nanoseconds value, std::string& out) {
    if (value == static_cast<std::int64_t>(value)) return append_integer(static_cast<std::int64_t>(value), out);
    fmt::format_to(std::back_inserter(out), "{}", value);
}

// Some rows of the report as text, and where each token stands in it.
class RenderedRows {
public:
    // Fails for a number that cannot be written.
    [[nodiscard]] Result<> render(const GroupReport& report, std::span<const Code> groups) {
        text_.clear();
        pieces_.clear();
        batch_.rows = groups.size();
        for (std::size_t row = 0; row < groups.size(); ++row) {
            if (row + kAhead < groups.size()) prefetch(report, groups[row + kAhead]);
            const Code code = groups[row];
            append_key(report, code);
            for (std::size_t measure = 0; measure < report.functions.size(); ++measure) {
                TRY(append_measure(report, measure, code));
            }
        }
        make_tokens(report.functions.size() + 1);
        return {};
    }
    [[nodiscard]] const TokenBatch& batch() const noexcept { return batch_; }

private:
    struct Piece {
        std::size_t end = 0;
        Kind kind = Kind::null;
    };

    // Groups stand in memory in the order in which their keys were met, and are asked for in another.
    static void prefetch(const GroupReport& report, Code code) {
        report.domain->prefetch(code);
        for (const MeasureValues& measure : report.groups.measures) {
            std::visit(
                [code](const auto& values) {
                    if constexpr (!std::is_same_v<std::decay_t<decltype(values)>, AllNull>)
                        __builtin_prefetch(&values[code]);
                },
                measure);
        }
    }

    void append_key(const GroupReport& report, Code code) {
        const std::string_view key = report.domain->key(code);
        append_key_token(key, !report.spelled_as_integer.empty() && report.spelled_as_integer[code], text_);
        pieces_.push_back({text_.size(), key_kind(key)});
    }

    [[nodiscard]] Result<> append_measure(const GroupReport& report, std::size_t measure, Code code) {
        Kind kind = Kind::number;
        const MeasureValues& values = report.groups.measures[measure];
        if (const auto* counts = std::get_if<LargeVector<std::uint64_t>>(&values)) {
            append_integer((*counts)[code], text_);
        } else if (const auto* gaps = std::get_if<LargeVector<GapSpan>>(&values)) {
            append_nanoseconds((*gaps)[code].mean_gap(), text_);
        } else if (const auto* sums = std::get_if<LargeVector<SummedRows>>(&values); sums && (*sums)[code].rows > 0) {
            const SummedRows& sum = (*sums)[code];
            const bool mean = report.functions[measure] == AggregateFunction::avg;
            const Result<std::string> number = mean ? sum.sum.mean_text(sum.rows) : sum.sum.sum_text();
            if (!number) return number.error().within(context(report, measure, code));
            text_ += *number;
        } else {
            text_ += "null";
            kind = Kind::null;
        }
        pieces_.push_back({text_.size(), kind});
        return {};
    }

    [[nodiscard]] static std::string context(const GroupReport& report, std::size_t measure, Code code) {
        return fmt::format("{}: {} for {} {}", report.places[measure], report.measure_columns[measure].name,
                           report.key.name, key_token(report.domain->key(code), false));
    }

    void make_tokens(std::size_t columns) {
        batch_.columns.resize(columns);
        for (std::vector<Token>& column : batch_.columns) column.clear();
        std::size_t begin = 0;
        for (std::size_t index = 0; index < pieces_.size(); ++index) {
            const Piece& piece = pieces_[index];
            const char* data = text_.data() + begin;
            const std::size_t size = piece.end - begin;
            const bool escaped = piece.kind == Kind::text && std::memchr(data, '\\', size) != nullptr;
            batch_.columns[index % columns].push_back({data, static_cast<std::uint32_t>(size), piece.kind, escaped});
            begin = piece.end;
        }
    }

    std::string text_;
    std::vector<Piece> pieces_;
    TokenBatch batch_;
};

std::span<const Code> piece_of(const GroupReport& report, std::size_t index) {
    const std::size_t begin = index * kBatchRows;
    return std::span(report.order).subspan(begin, std::min(kBatchRows, report.order.size() - begin));
}

class GroupPieces final : public RowPieces {
public:
    GroupPieces(const GroupReport& report, int threads) : report_(report), threads_(threads) {}

    std::size_t count() const override { return (report_.order.size() + kBatchRows - 1) / kBatchRows; }
    int threads() const override { return threads_; }
    bool first_column_is_name() const override { return report_.domain == nullptr || report_.domain->distinct_texts(); }
    std::unique_ptr<Reader> reader() const override { return std::make_unique<PieceReader>(report_); }

private:
    class PieceReader final : public Reader {
    public:
        explicit PieceReader(const GroupReport& report) : report_(report) {}
        Result<const TokenBatch*> piece(std::size_t index) override {
            TRY(rows_.render(report_, piece_of(report_, index)));
            return &rows_.batch();
        }

    private:
        const GroupReport& report_;
        RenderedRows rows_;
    };

    const GroupReport& report_;
    int threads_;
};

class GroupStream final : public RowStream {
public:
    GroupStream(GroupReport report, int threads) : report_(std::move(report)), pieces_(report_, threads) {
        columns_.push_back(report_.key);
        columns_.insert(columns_.end(), report_.measure_columns.begin(), report_.measure_columns.end());
    }

    const std::vector<OutputColumn>& columns() const override { return columns_; }
    const RowPieces* pieces() const override { return &pieces_; }

    Result<const TokenBatch*> next() override {
        if (next_ == pieces_.count()) return nullptr;
        TRY(rows_.render(report_, piece_of(report_, next_++)));
        return &rows_.batch();
    }

private:
    GroupReport report_;
    GroupPieces pieces_;
    std::vector<OutputColumn> columns_;
    RenderedRows rows_;  // given by next()
    std::size_t next_ = 0;
};

// Whether the report has the group: it has rows, and a time where the measure needs one.
bool has_group(const Groups& groups, std::span<const AggregateFunction> functions, Code code) {
    if (groups.rows[code] == 0) return false;
    for (std::size_t measure = 0; measure < functions.size(); ++measure) {
        if (functions[measure] != AggregateFunction::mean_gap) continue;
        const auto* gaps = std::get_if<LargeVector<GapSpan>>(&groups.measures[measure]);
        if (gaps != nullptr && (*gaps)[code].rows == 0) return false;
    }
    return true;
}

}  // namespace

std::vector<Code> report_order(const Groups& groups, std::span<const AggregateFunction> functions, KeyDomain& domain,
                               bool most_frequent_first, int threads) {
    const std::span<const Code> sorted = domain.sorted(threads);
    const auto parts = static_cast<std::size_t>(std::max(threads, 1));
    std::vector<std::vector<Code>> own(parts);
    for_each_index(threads, parts, [&](std::size_t part) {
        const Stretch codes = stretch(sorted.size(), part, parts);
        for (const Code code : sorted.subspan(codes.begin, codes.end - codes.begin)) {
            if (has_group(groups, functions, code)) own[part].push_back(code);
        }
    });
    std::vector<Code> order = std::move(own.front());
    for (std::size_t part = 1; part < parts; ++part) order.insert(order.end(), own[part].begin(), own[part].end());
    if (most_frequent_first && !groups.measures.empty()) {
        const auto* counts = std::get_if<LargeVector<std::uint64_t>>(&groups.measures.front());
        if (counts != nullptr) sort_by_count(order, *counts, threads);
    }
    return order;
}

std::unique_ptr<RowStream> make_group_stream(GroupReport report, int threads) {
    return std::make_unique<GroupStream>(std::move(report), threads);
}

}  // namespace sluice
