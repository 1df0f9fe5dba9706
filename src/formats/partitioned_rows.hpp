// Rows split by the values of some columns, each part to be written as a file of its own. The rows wait in memory, and
// in a temporary file beyond a limit (part_spool.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "formats/part_spool.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct PartitionRequest {
    std::vector<std::string> columns;  // at least one; they are in the folders' names and not in the files
    std::size_t most = 0;              // parts
    ValueStyle style;
    std::filesystem::path temp_dir;
    std::uint64_t memory_bytes = 0;  // for rows that wait
    const StopFlag* stop = nullptr;  // may be null
};

// One thread.
class PartitionedRows {
public:
    // Reads all of `rows`. Fails (kind data) for a column that is not there, when there are rows ("no_column"), for
    // more values than `most` ("too_many_partitions"), for values that Hive's readers would take for others: the empty
    // text and the name of null ("partition_value"), values of two kinds with one text ("same_partition"); for a folder
    // name of more than 255 bytes ("partition_value").
    [[nodiscard]] static Result<PartitionedRows> split(RowStream& rows, const PartitionRequest& request);

    // Of the files; none where there are no rows.
    [[nodiscard]] const std::vector<OutputColumn>& columns() const { return columns_; }
    // By folder, in byte order.
    [[nodiscard]] std::size_t size() const { return order_.size(); }
    [[nodiscard]] const std::string& folder(std::size_t number) const { return parts_[order_[number]].folder; }
    // The rows of a part in their order, without the columns that it was split by. One stream at a time; it does not
    // outlive this.
    [[nodiscard]] std::unique_ptr<RowStream> rows(std::size_t number) const;
    // Bytes in memory for rows that wait.
    [[nodiscard]] std::uint64_t held() const { return spool_.held(); }

private:
    struct Part {
        std::string folder;
        std::string values;  // as JSON, for messages
    };
    class Stream;

    explicit PartitionedRows(const PartitionRequest& request) : spool_(request.temp_dir, request.memory_bytes) {}
    [[nodiscard]] Result<> find_columns(const std::vector<OutputColumn>& columns, const PartitionRequest& request);
    [[nodiscard]] Result<std::size_t> part_of(const TokenBatch& batch, std::size_t row,
                                              const PartitionRequest& request);
    [[nodiscard]] Result<std::size_t> new_part(const TokenBatch& batch, std::size_t row,
                                               const PartitionRequest& request);
    [[nodiscard]] Token as_it_counts(std::size_t column, const Token& token);
    [[nodiscard]] Result<std::string> folder_text(std::size_t column, const Token& token) const;
    [[nodiscard]] Result<> keep(const TokenBatch& batch, std::size_t row, std::size_t part);

    std::vector<OutputColumn> columns_;     // of the files
    std::vector<OutputColumn> by_;          // that it is split by
    std::vector<std::size_t> by_at_;        // where they are in the batches
    std::vector<std::size_t> columns_at_;   // where the others are
    std::vector<ValueRendering> rendered_;  // by by_
    std::vector<bool> renders_times_;       // by by_: as numbers

    std::vector<Part> parts_;
    std::vector<std::size_t> order_;
    std::unordered_map<std::string, std::size_t> by_key_;
    std::unordered_map<std::string, std::size_t> by_folder_;
    std::string key_;  // scratch
    std::string rendered_text_;
    std::string last_key_;  // rows of one part often follow one another
    std::size_t last_ = 0;

    PartSpool spool_;
    std::string row_;  // scratch
};

}  // namespace sluice
