// Pass rows and bytes on unchanged, and count them for the progress display while they go by.
#pragma once

#include "formats/byte_sink.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"

namespace sluice {

class CountedRows : public RowStream {
public:
    // Both outlive it.
    CountedRows(RowStream& rows, ScanProgress& progress) : rows_(rows), progress_(progress) {}

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return rows_.columns(); }
    [[nodiscard]] Result<const TokenBatch*> next() override {
        progress_.rows += given_;
        given_ = 0;
        TRY_ASSIGN(const TokenBatch* batch, rows_.next());
        if (batch != nullptr) given_ = batch->rows;
        return batch;
    }

private:
    RowStream& rows_;
    ScanProgress& progress_;
    std::uint64_t given_ = 0;  // and not yet written
};

class CountedBytes : public ByteSink {
public:
    CountedBytes(ByteSink& sink, ScanProgress& progress) : sink_(sink), progress_(progress) {}

    Result<> append(std::string_view bytes) override {
        TRY(sink_.append(bytes));
        progress_.bytes += bytes.size();
        return {};
    }
    Result<> resize(std::uint64_t total_bytes) override { return sink_.resize(total_bytes); }
    Result<> write_at(std::uint64_t offset, std::string_view bytes) override {
        TRY(sink_.write_at(offset, bytes));
        progress_.bytes += bytes.size();
        return {};
    }

private:
    ByteSink& sink_;
    ScanProgress& progress_;
};

}  // namespace sluice
