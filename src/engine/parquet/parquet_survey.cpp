#include "engine/parquet/parquet_survey.hpp"

#include <cstddef>

namespace sluice {

Result<const TokenBatch*> ParquetSurvey::next() {
    TRY_ASSIGN(const TokenBatch* batch, rows_.next());
    if (batch == nullptr) return batch;
    if (seen_.empty())
        for (const OutputColumn& column : rows_.columns()) seen_.emplace_back(column, style_);
    for (std::size_t at = 0; at < seen_.size(); ++at)
        for (std::size_t row = 0; row < batch->rows; ++row) seen_[at].see(batch->columns[at][row]);
    return batch;
}

ParquetTypes ParquetSurvey::types() const {
    ParquetTypes types;
    for (const ParquetOutputColumn& column : seen_) types.emplace(column.name(), column.type());
    return types;
}

}  // namespace sluice
