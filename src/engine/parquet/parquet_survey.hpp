// Passes rows on unchanged and notes which types their columns need in Parquet: for rows that become several files, so
// that all of them have one schema.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/parquet/parquet_output_column.hpp"
#include "engine/parquet/parquet_type.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"

namespace sluice {

using ParquetTypes = std::map<std::string, ParquetType, std::less<>>;  // by column

class ParquetSurvey final : public RowStream {
public:
    // `rows` outlives it.
    ParquetSurvey(RowStream& rows, ValueStyle style) : rows_(rows), style_(style) {}

    [[nodiscard]] const std::vector<OutputColumn>& columns() const override { return rows_.columns(); }
    [[nodiscard]] Result<const TokenBatch*> next() override;

    // What all rows that went by need.
    [[nodiscard]] ParquetTypes types() const;

private:
    RowStream& rows_;
    ValueStyle style_;
    std::vector<ParquetOutputColumn> seen_;
};

}  // namespace sluice
