#include "quality/column_profile.hpp"

#include <numeric>
#include <tuple>

#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

ColumnProfile::ColumnProfile(OutputColumn column) : column_(std::move(column)) {
    if (is_time()) reader_ = TimeReader::of(column_.notation).value();
}

bool ColumnProfile::is_time() const noexcept {
    return column_.meaning == Meaning::timestamp || column_.meaning == Meaning::timestamp_ns;
}

std::uint64_t ColumnProfile::rows() const { return std::accumulate(kinds_.begin(), kinds_.end(), std::uint64_t{0}); }

void ColumnProfile::add(const Token& token) {
    ++kinds_[static_cast<std::size_t>(token.kind)];
    if (token.is_null()) return;
    candidate_.key.clear();
    // A number that cannot be a key is a value of its own, by its text.
    if (!append_key(token, candidate_.key)) candidate_.key.assign("\x20").append(token.view());
    counts_.add(candidate_.key);
    sketch_.add(candidate_.key);
    note_time(token);
    note_extremes(token);
}

void ColumnProfile::note_time(const Token& token) {
    if (!times_ && !is_time()) return;
    candidate_.time = reader_.read(token, true, text_);
    times_ = times_ && candidate_.time.fault == TimeFault::none;
    nanoseconds_ = nanoseconds_ || candidate_.time.nanoseconds != 0;
}

bool ColumnProfile::before(const Extreme& left, const Extreme& right) const {
    if (!is_time()) return left.key < right.key;
    return std::tie(left.time.microseconds, left.time.nanoseconds) <
           std::tie(right.time.microseconds, right.time.nanoseconds);
}

void ColumnProfile::note_extremes(const Token& token) {
    const bool is_least = !least_ || before(candidate_, *least_);
    const bool is_greatest = !greatest_ || before(*greatest_, candidate_);
    if (!is_least && !is_greatest) return;
    candidate_.json.clear();
    append_laid_out(token, candidate_.json);
    if (is_least) least_ = candidate_;
    if (is_greatest) greatest_ = candidate_;
}

std::optional<std::string> ColumnProfile::least() const { return least_ ? std::optional(least_->json) : std::nullopt; }

std::optional<std::string> ColumnProfile::greatest() const {
    return greatest_ ? std::optional(greatest_->json) : std::nullopt;
}

Result<std::vector<ColumnProfile>> profile_rows(RowStream& rows, std::uint64_t& row_count) {
    std::vector<ColumnProfile> profiles;
    for (const OutputColumn& column : rows.columns()) profiles.emplace_back(column);
    row_count = 0;
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) return profiles;
        row_count += batch->rows;
        // Column by column: one column's tables stay in the cache.
        for (std::size_t column = 0; column < profiles.size(); ++column)
            for (std::size_t row = 0; row < batch->rows; ++row) profiles[column].add(batch->columns[column][row]);
    }
}

}  // namespace sluice
