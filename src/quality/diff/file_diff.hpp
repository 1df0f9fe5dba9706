// Compares the rows of two output files, by key or by position.
//
// By position both files are read side by side. By key the old file is read for a digest of each row, about 100 bytes
// of memory a row; then the new one; then the old one once more for the rows that are to be shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "quality/diff/diff_rows.hpp"
#include "utils/result.hpp"

namespace sluice {

// Values as JSON, as they are written; nothing where the row has no such column.
struct ValueDiff {
    std::string column;
    std::optional<std::string> before;
    std::optional<std::string> after;
};

struct RowDiff {
    enum class Kind { changed, removed, added };
    Kind kind = Kind::changed;
    std::optional<std::uint64_t> row_before;  // from 1
    std::optional<std::uint64_t> row_after;
    std::vector<ValueDiff> key;     // `before` is the value; empty: by position
    std::vector<ValueDiff> values;  // of a changed row those that differ, else all
};

struct FileDiff {
    std::vector<std::string> key;  // empty: by position
    std::uint64_t rows_before = 0;
    std::uint64_t rows_after = 0;
    std::uint64_t changed = 0;
    std::uint64_t removed = 0;
    std::uint64_t added = 0;
    std::vector<RowDiff> rows;  // the first so many of each kind: changed, removed, added

    [[nodiscard]] bool same() const { return changed + removed + added == 0; }
};

// `most`: how many rows of each kind are shown. A file of entries (a JSON object) is compared by its keys whatever
// `key` says. Fails (kind config) for a column of `key` that a file with rows does not have (code "no_such_column"),
// and for a key that two rows of one file share.
[[nodiscard]] Result<FileDiff> diff_files(const DiffFile& before, const DiffFile& after, std::vector<std::string> key,
                                          std::size_t most);

}  // namespace sluice
