#include "pipeline/source_rows.hpp"

#include <utility>

namespace sluice {

namespace {

class SourceRows final : public RowStream {
public:
    SourceRows(const ScannableSource& source, std::vector<OutputColumn> columns, const ScanRequest& request)
        : columns_(std::move(columns)), scan_(source.scan(request)), reader_(scan_->reader()) {}

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return columns_; }
    [[nodiscard]] Result<const TokenBatch*> next() override {
        TRY_ASSIGN(const Block* block, reader_->next());
        if (block == nullptr) return nullptr;
        batch_.rows = block->rows();
        batch_.columns = block->slots;
        return &batch_;
    }

private:
    std::vector<OutputColumn> columns_;
    std::unique_ptr<Scan> scan_;
    std::unique_ptr<BlockReader> reader_;
    TokenBatch batch_;
};

}  // namespace

OutputColumn output_column(const ScannableSource& source, const std::string& name) {
    OutputColumn column{.name = name};
    const auto declared = source.types().find(name);
    if (declared == source.types().end()) return column;
    if (declared->second.type == Type::timestamp) column.meaning = Meaning::timestamp;
    if (declared->second.type == Type::timestamp_ns) column.meaning = Meaning::timestamp_ns;
    column.notation = declared->second.notation;
    return column;
}

std::unique_ptr<RowStream> source_rows(const ScannableSource& source, const ScanSummary& summary,
                                       ScanProgress* progress, const StopFlag* stop) {
    ScanRequest request;
    std::vector<OutputColumn> columns;
    for (const ColumnSummary& column : summary.columns) {
        request.slots.push_back(column.name);
        columns.push_back(output_column(source, column.name));
    }
    request.progress = progress;
    request.stop = stop;
    return std::make_unique<SourceRows>(source, std::move(columns), request);
}

}  // namespace sluice
