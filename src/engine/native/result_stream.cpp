#include "engine/native/result_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

#include "engine/native/sorted_keys.hpp"
#include "rows/key.hpp"
#include "utils/parallel.hpp"

namespace sluice {
namespace {

constexpr std::size_t kBatchRows = 4096;

void append_integer(std::uint64_t value, std::string& out) {
    std::array<char, 20> digits;
    const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

// Some rows of the report as text, and where each token stands in it.
class RenderedRows {
public:
    // Fails for a number that cannot be written.
    [[nodiscard]] Result<> render(const GroupReport& report, std::span<const Code> groups) {
        text_.clear();
        pieces_.clear();
        batch_.rows = groups.size();
        for (const Code code : groups) {
            append_key_token(report, code);
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

    void append_key_token(const GroupReport& report, Code code) {
        const std::string_view key = report.domain->key(code);
        text_ += key_token(key, !report.spelled_as_integer.empty() && report.spelled_as_integer[code]);
        pieces_.push_back({text_.size(), key_kind(key)});
    }

    [[nodiscard]] Result<> append_measure(const GroupReport& report, std::size_t measure, Code code) {
        Kind kind = Kind::number;
        const MeasureValues& values = report.groups.measures[measure];
        if (const auto* counts = std::get_if<std::vector<std::uint64_t>>(&values)) {
            append_integer((*counts)[code], text_);
        } else if (const auto* gaps = std::get_if<std::vector<TimedRows>>(&values)) {
            fmt::format_to(std::back_inserter(text_), "{}", (*gaps)[code].mean_gap());
        } else if (const auto* sums = std::get_if<std::vector<SummedRows>>(&values); sums && (*sums)[code].rows > 0) {
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

// Renders several batches at once, on several threads, and gives them one by one.
class GroupStream final : public RowStream {
public:
    GroupStream(GroupReport report, int threads) : report_(std::move(report)), threads_(threads) {
        columns_.push_back(report_.key);
        columns_.insert(columns_.end(), report_.measure_columns.begin(), report_.measure_columns.end());
    }

    const std::vector<OutputColumn>& columns() const override { return columns_; }

    Result<const TokenBatch*> next() override {
        if (next_ == rendered_) {
            if (position_ == report_.order.size()) return nullptr;
            TRY(render_some());
        }
        return &batches_[next_++].batch();
    }

private:
    [[nodiscard]] Result<> render_some() {
        const std::span<const Code> groups = std::span(report_.order).subspan(position_);
        const std::size_t at_once = threads_ == 1 ? 1 : static_cast<std::size_t>(threads_) * 4;
        rendered_ = std::min(at_once, (groups.size() + kBatchRows - 1) / kBatchRows);
        next_ = 0;
        batches_.resize(std::max(batches_.size(), rendered_));
        std::vector<Result<>> results(rendered_);
        for_each_index(threads_, rendered_, [&](std::size_t index) {
            const std::size_t begin = index * kBatchRows;
            const std::size_t size = std::min(kBatchRows, groups.size() - begin);
            results[index] = batches_[index].render(report_, groups.subspan(begin, size));
        });
        position_ += std::min(rendered_ * kBatchRows, groups.size());
        for (Result<>& result : results) TRY(std::move(result));
        return {};
    }

    GroupReport report_;
    int threads_;
    std::vector<OutputColumn> columns_;
    std::size_t position_ = 0;  // of the next group to render
    std::vector<RenderedRows> batches_;
    std::size_t rendered_ = 0;
    std::size_t next_ = 0;  // batch to give
};

// Whether the report has the group: it has rows, and a time where the measure needs one.
bool has_group(const Groups& groups, std::span<const AggregateFunction> functions, Code code) {
    if (groups.rows[code] == 0) return false;
    for (std::size_t measure = 0; measure < functions.size(); ++measure) {
        if (functions[measure] != AggregateFunction::mean_gap) continue;
        const auto* gaps = std::get_if<std::vector<TimedRows>>(&groups.measures[measure]);
        if (gaps != nullptr && (*gaps)[code].rows == 0) return false;
    }
    return true;
}

}  // namespace

std::vector<Code> report_order(const Groups& groups, std::span<const AggregateFunction> functions, KeyDomain& domain,
                               bool most_frequent_first, int threads) {
    std::vector<Code> order;
    for (const Code code : domain.sorted(threads)) {
        if (has_group(groups, functions, code)) order.push_back(code);
    }
    if (most_frequent_first && !groups.measures.empty()) {
        const auto* counts = std::get_if<std::vector<std::uint64_t>>(&groups.measures.front());
        if (counts != nullptr) sort_by_count(order, *counts);
    }
    return order;
}

std::unique_ptr<RowStream> make_group_stream(GroupReport report, int threads) {
    return std::make_unique<GroupStream>(std::move(report), threads);
}

}  // namespace sluice
