#include "formats/partitioned_rows.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>

#include "formats/partition_folders.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

namespace {

constexpr std::size_t kLongestName = 255;

// How a token lies in memory and in the file, before its bytes.
struct TokenHead {
    std::uint32_t size = 0;
    Kind kind = Kind::null;
    bool escaped = false;
};

void append_token(const Token& token, std::string& out) {
    const TokenHead head{.size = token.is_null() ? 0 : token.size, .kind = token.kind, .escaped = token.escaped};
    std::array<char, sizeof head> bytes{};
    std::memcpy(bytes.data(), &head, sizeof head);
    out.append(bytes.data(), bytes.size());
    out.append(token.data == nullptr ? "" : token.data, head.size);
}

// The token at `at`, which moves behind it.
Token take_token(const char*& at) {
    TokenHead head;
    std::memcpy(&head, at, sizeof head);
    at += sizeof head;
    const Token token{.data = at, .size = head.size, .kind = head.kind, .escaped = head.escaped};
    at += head.size;
    return token;
}

Error no_column(const std::string& name, const std::vector<OutputColumn>& columns) {
    constexpr std::size_t kShown = 20;
    std::vector<std::string_view> names;
    for (const OutputColumn& column : columns) names.emplace_back(column.name);
    const bool more = names.size() > kShown;
    if (more) names.resize(kShown);
    return data_error("no_column", fmt::format("partition_by: there is no column '{}'\n  there are: {}{}", name,
                                               fmt::join(names, ", "), more ? ", ..." : ""));
}

}  // namespace

class PartitionedRows::Stream final : public RowStream {
public:
    Stream(const PartitionedRows& all, std::size_t part) : all_(all), reader_(all.spool_, part) {
        batch_.columns.resize(all.columns_.size());
    }

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return all_.columns_; }

    Result<const TokenBatch*> next() override {
        TRY_ASSIGN(const std::string_view text, reader_.next());
        if (text.empty()) return nullptr;
        fill(text);
        return &batch_;
    }

private:
    void fill(std::string_view text) {
        for (auto& column : batch_.columns) column.clear();
        batch_.rows = 0;
        const char* at = text.data();
        while (at != text.data() + text.size()) {
            for (auto& column : batch_.columns) column.push_back(take_token(at));
            if (batch_.columns.empty()) ++at;
            ++batch_.rows;
        }
    }

    const PartitionedRows& all_;
    PartSpool::Reader reader_;
    TokenBatch batch_;
};

Result<PartitionedRows> PartitionedRows::split(RowStream& rows, const PartitionRequest& request) {
    PartitionedRows all(request);
    TRY_ASSIGN(const TokenBatch* batch, rows.next());
    if (batch == nullptr) return all;
    TRY(all.find_columns(rows.columns(), request));
    while (batch != nullptr) {
        if (request.stop != nullptr) TRY(request.stop->check());
        for (std::size_t row = 0; row < batch->rows; ++row) {
            TRY_ASSIGN(const std::size_t part, all.part_of(*batch, row, request));
            TRY(all.keep(*batch, row, part));
        }
        TRY_ASSIGN(batch, rows.next());
    }
    all.order_.resize(all.parts_.size());
    std::iota(all.order_.begin(), all.order_.end(), std::size_t{0});
    std::ranges::sort(all.order_, {}, [&](std::size_t part) -> const std::string& { return all.parts_[part].folder; });
    all.by_key_.clear();
    all.by_folder_.clear();
    return all;
}

Result<> PartitionedRows::find_columns(const std::vector<OutputColumn>& columns, const PartitionRequest& request) {
    for (const std::string& name : request.columns) {
        const auto found = std::ranges::find(columns, name, &OutputColumn::name);
        if (found == columns.end()) return no_column(name, columns);
        by_.push_back(*found);
        by_at_.push_back(static_cast<std::size_t>(found - columns.begin()));
        rendered_.emplace_back(*found, request.style);
        const bool is_time = found->meaning == Meaning::timestamp || found->meaning == Meaning::timestamp_ns;
        renders_times_.push_back(is_time && request.style.timestamps == TimestampStyle::epoch_ms);
    }
    for (std::size_t at = 0; at < columns.size(); ++at) {
        if (std::ranges::find(by_at_, at) != by_at_.end()) continue;
        columns_.push_back(columns[at]);
        columns_at_.push_back(at);
    }
    return {};
}

Result<std::size_t> PartitionedRows::part_of(const TokenBatch& batch, std::size_t row,
                                             const PartitionRequest& request) {
    key_.clear();
    for (std::size_t column = 0; column < by_.size(); ++column) {
        const Token& token = batch.columns[by_at_[column]][row];
        const std::size_t begin = key_.size();
        if (!token.is_null() && !append_key(as_it_counts(column, token), key_))
            return data_error("partition_value", fmt::format("partition_by: column '{}' has {}, whose exponent is too "
                                                             "large for a folder's name",
                                                             by_[column].name, token.view()));
        // So that no two lists of keys are one.
        key_ += fmt::format("/{}", key_.size() - begin);
    }
    if (!parts_.empty() && key_ == last_key_) return last_;
    const auto known = by_key_.find(key_);
    last_key_ = key_;
    if (known != by_key_.end()) return last_ = known->second;
    TRY_ASSIGN(last_, new_part(batch, row, request));
    return last_;
}

// Times that are written as numbers are one value when those are: however each was spelled, and whatever the rounding
// left out.
Token PartitionedRows::as_it_counts(std::size_t column, const Token& token) {
    if (!renders_times_[column]) return token;
    rendered_text_.clear();
    rendered_[column].append(token, rendered_text_);
    return token_of(rendered_text_);
}

Result<std::size_t> PartitionedRows::new_part(const TokenBatch& batch, std::size_t row,
                                              const PartitionRequest& request) {
    if (parts_.size() == request.most)
        return data_error("too_many_partitions",
                          fmt::format("partition_by: {} has more than {} different values, and each would be a folder; "
                                      "choose columns with fewer values, or raise max_partitions",
                                      fmt::join(request.columns, ", "), request.most));
    Part part;
    for (std::size_t column = 0; column < by_.size(); ++column) {
        const Token& token = batch.columns[by_at_[column]][row];
        TRY_ASSIGN(const std::string name, folder_text(column, token));
        part.folder += fmt::format("{}{}", column == 0 ? "" : "/", name);
        part.values += fmt::format("{}{}", column == 0 ? "" : ", ", token.is_null() ? "null" : token.view());
    }
    const auto [same, is_new] = by_folder_.emplace(part.folder, parts_.size());
    if (!is_new)
        return data_error("same_partition",
                          fmt::format("partition_by: {} and {} are different values and would both be in the folder "
                                      "'{}'; make them one kind with a select",
                                      parts_[same->second].values, part.values, part.folder));
    by_key_.emplace(key_, parts_.size());
    parts_.push_back(std::move(part));
    spool_.add_part();
    return parts_.size() - 1;
}

Result<std::string> PartitionedRows::folder_text(std::size_t column, const Token& token) const {
    const auto refuse = [&](std::string_view why) {
        return data_error("partition_value", fmt::format("partition_by: column '{}' has {}; replace it with a select",
                                                         by_[column].name, why));
    };
    std::string name;
    append_partition_text(by_[column].name, name);
    name += '=';
    if (token.is_null()) {
        name += kNullPartition;
    } else {
        std::string text;
        rendered_[column].append(token, text);
        const Token shown = token_of(text);
        std::string key;
        if (!append_key(shown, key)) return refuse("a number with a huge exponent");
        const std::string value = key_text(key, is_integer_form(shown));
        if (value.empty()) return refuse("an empty text, which readers of such folders take for null");
        if (value == kNullPartition) return refuse(fmt::format("the text {}, which stands for null", kNullPartition));
        append_partition_text(value, name);
    }
    if (name.size() > kLongestName)
        return refuse(
            fmt::format("a value of {} bytes, and a folder's name has at most {}", name.size(), kLongestName));
    return name;
}

Result<> PartitionedRows::keep(const TokenBatch& batch, std::size_t row, std::size_t part) {
    row_.clear();
    for (const std::size_t column : columns_at_) append_token(batch.columns[column][row], row_);
    if (columns_at_.empty()) row_.push_back('\0');  // a row without columns is a row
    return spool_.add(part, row_);
}

std::unique_ptr<RowStream> PartitionedRows::rows(std::size_t number) const {
    return std::make_unique<Stream>(*this, order_[number]);
}

}  // namespace sluice
