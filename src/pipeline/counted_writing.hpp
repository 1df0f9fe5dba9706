// Pass rows and bytes on unchanged, and count them for the progress display while they go by. Rows end when a stop is
// asked for: whoever writes them asks for nothing else.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "formats/byte_sink.hpp"
#include "rows/row_stream.hpp"
#include "rows/scan.hpp"
#include "utils/stop.hpp"

namespace sluice {

class CountedPieces : public RowPieces {
public:
    // All outlive it; `stop` may be null.
    CountedPieces(const RowPieces& pieces, ScanProgress& progress, const StopFlag* stop)
        : pieces_(pieces), progress_(progress), stop_(stop) {}

    [[nodiscard]] std::size_t count() const override { return pieces_.count(); }
    [[nodiscard]] int threads() const override { return pieces_.threads(); }
    [[nodiscard]] bool first_column_is_name() const override { return pieces_.first_column_is_name(); }
    [[nodiscard]] std::unique_ptr<Reader> reader() const override {
        return std::make_unique<CountedReader>(pieces_.reader(), progress_, stop_);
    }

private:
    class CountedReader : public Reader {
    public:
        CountedReader(std::unique_ptr<Reader> reader, ScanProgress& progress, const StopFlag* stop)
            : reader_(std::move(reader)), progress_(progress), stop_(stop) {}
        [[nodiscard]] Result<const TokenBatch*> piece(std::size_t index) override {
            if (stop_ != nullptr) TRY(stop_->check());
            TRY_ASSIGN(const TokenBatch* batch, reader_->piece(index));
            progress_.rows += batch->rows;
            return batch;
        }

    private:
        std::unique_ptr<Reader> reader_;
        ScanProgress& progress_;
        const StopFlag* stop_;
    };

    const RowPieces& pieces_;
    ScanProgress& progress_;
    const StopFlag* stop_;
};

class CountedRows : public RowStream {
public:
    // All outlive it; `stop` may be null.
    CountedRows(RowStream& rows, ScanProgress& progress, const StopFlag* stop)
        : rows_(rows), progress_(progress), stop_(stop) {
        if (const RowPieces* pieces = rows.pieces(); pieces != nullptr) pieces_.emplace(*pieces, progress, stop);
    }

    [[nodiscard]] const RowPieces* pieces() const override { return pieces_ ? &*pieces_ : nullptr; }

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return rows_.columns(); }
    [[nodiscard]] Result<const TokenBatch*> next() override {
        progress_.rows += given_;
        given_ = 0;
        if (stop_ != nullptr) TRY(stop_->check());
        TRY_ASSIGN(const TokenBatch* batch, rows_.next());
        if (batch != nullptr) given_ = batch->rows;
        return batch;
    }

private:
    RowStream& rows_;
    ScanProgress& progress_;
    const StopFlag* stop_;
    std::optional<CountedPieces> pieces_;
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
