// The rows of an output file, for comparing: of JSON, JSON lines, CSV, TSV and Parquet, as they stand, and of a JSON
// object an entry each, with the columns `key` and `value`. Read anew as often as asked for, a block at a time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rows/token.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct DiffRow {
    std::uint64_t number = 0;                                // from 1, in the file's order
    std::vector<std::pair<std::string_view, Token>> fields;  // as written; valid until the next call
};

class DiffReader {
public:
    virtual ~DiffReader() = default;
    // The next row, or null at the end. Fails (kind data) at the end of a file with bad rows, naming the first.
    [[nodiscard]] virtual Result<const DiffRow*> next() = 0;
};

class DiffFile {
public:
    virtual ~DiffFile() = default;
    [[nodiscard]] virtual Result<std::unique_ptr<DiffReader>> read() const = 0;
    [[nodiscard]] virtual bool is_object() const { return false; }
    // Whether a text that reads like a number may be one: CSV has no types.
    [[nodiscard]] virtual bool untyped() const { return false; }
    [[nodiscard]] virtual std::uint64_t bytes() const = 0;
};

// Null when the name stands for no format whose rows can be read. `name` is how messages call the file. Fails (kind
// external) for what cannot be read. A JSON object is held in memory whole; `stop` outlives the file.
[[nodiscard]] Result<std::unique_ptr<DiffFile>> open_for_diff(const std::filesystem::path& path,
                                                              const std::string& name, const StopFlag* stop);

}  // namespace sluice
