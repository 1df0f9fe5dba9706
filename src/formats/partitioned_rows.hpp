// Rows split by the values of some columns, each part to be written as a file of its own. The rows wait in memory, and
// in a temporary file once a part has more than some kilobytes of them: how many parts there are is limited, and with
// it the memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "formats/value_rendering.hpp"
#include "io/spool_file.hpp"
#include "rows/row_stream.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct PartitionRequest {
    std::vector<std::string> columns;  // at least one; they are in the folders' names and not in the files
    std::size_t most = 0;              // parts
    ValueStyle style;
    std::filesystem::path temp_dir;
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

private:
    struct Extent {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };
    struct Part {
        std::string folder;
        std::string values;             // as JSON, for messages
        std::string waiting;            // rows that are not in the file
        std::vector<Extent> extents{};  // of the file, in order
    };
    class Stream;

    PartitionedRows() = default;
    [[nodiscard]] Result<> find_columns(const std::vector<OutputColumn>& columns, const PartitionRequest& request);
    [[nodiscard]] Result<std::size_t> part_of(const TokenBatch& batch, std::size_t row,
                                              const PartitionRequest& request);
    [[nodiscard]] Result<std::size_t> new_part(const TokenBatch& batch, std::size_t row,
                                               const PartitionRequest& request);
    [[nodiscard]] Result<std::string> folder_text(std::size_t column, const Token& token) const;
    [[nodiscard]] Result<> keep(const TokenBatch& batch, std::size_t row, Part& part, const PartitionRequest& request);
    [[nodiscard]] Result<> spill(Part& part, const PartitionRequest& request);

    std::vector<OutputColumn> columns_;     // of the files
    std::vector<OutputColumn> by_;          // that it is split by
    std::vector<std::size_t> by_at_;        // where they are in the batches
    std::vector<std::size_t> columns_at_;   // where the others are
    std::vector<ValueRendering> rendered_;  // by by_

    std::vector<Part> parts_;
    std::vector<std::size_t> order_;
    std::unordered_map<std::string, std::size_t> by_key_;
    std::unordered_map<std::string, std::size_t> by_folder_;
    std::string key_;       // scratch
    std::string last_key_;  // rows of one part often follow one another
    std::size_t last_ = 0;

    std::optional<SpoolFile> file_;
    std::uint64_t file_bytes_ = 0;
};

}  // namespace sluice
