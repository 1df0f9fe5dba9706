// Rows and a sink in memory, for tests of formats.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "formats/byte_sink.hpp"
#include "rows/json_text.hpp"
#include "rows/row_stream.hpp"

namespace sluice {

// Gives `cells` (row by row, empty for a missing key) in batches of at most three rows.
class RowTable final : public RowStream {
public:
    RowTable(std::vector<OutputColumn> columns, std::vector<std::string> cells, std::size_t rows)
        : columns_(std::move(columns)), cells_(std::move(cells)), rows_(rows) {}

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return columns_; }
    [[nodiscard]] Result<const TokenBatch*> next() override {
        if (given_ == rows_) {
            if (fails_) return data_error("broken", "the stream broke");
            return nullptr;
        }
        batch_.rows = std::min<std::size_t>(3, rows_ - given_);
        batch_.columns.assign(columns_.size(), {});
        for (std::size_t i = 0; i < batch_.rows * columns_.size(); ++i) {
            const std::string& cell = cells_[given_ * columns_.size() + i];
            batch_.columns[i % columns_.size()].push_back(cell.empty() ? Token{} : token_of(cell));
        }
        given_ += batch_.rows;
        return &batch_;
    }
    void fail_at_end() { fails_ = true; }

private:
    std::vector<OutputColumn> columns_;
    std::vector<std::string> cells_;
    std::size_t rows_;
    std::size_t given_ = 0;
    bool fails_ = false;
    TokenBatch batch_;
};

class MemorySink final : public ByteSink {
public:
    [[nodiscard]] Result<> append(std::string_view bytes) override {
        if (full_) return external_error("disk_full", "no space left");
        pieces.push_back(bytes.size());
        text.append(bytes);
        return {};
    }
    [[nodiscard]] Result<> resize(std::uint64_t) override { return internal_error("formats only append"); }
    [[nodiscard]] Result<> write_at(std::uint64_t, std::string_view) override {
        return internal_error("formats only append");
    }
    void fill_up() { full_ = true; }

    std::string text;
    std::vector<std::size_t> pieces;

private:
    bool full_ = false;
};

}  // namespace sluice
