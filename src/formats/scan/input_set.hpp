// The files of one source, laid end to end in reading order: how an ordinal becomes a file and a byte.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/input_file.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// Immutable and thread-safe.
class InputSet {
public:
    explicit InputSet(std::vector<InputFile> files);

    [[nodiscard]] const std::vector<InputFile>& files() const noexcept { return files_; }
    [[nodiscard]] std::uint64_t bytes() const noexcept { return begins_.back(); }
    // The ordinal of the file's first byte.
    [[nodiscard]] Ordinal begin_of(std::size_t file) const { return begins_[file]; }
    // The file that holds the byte `ordinal` < bytes().
    [[nodiscard]] std::size_t file_of(Ordinal ordinal) const;
    // Counts the newlines before it.
    [[nodiscard]] Result<Place> place(Ordinal ordinal) const;

private:
    std::vector<InputFile> files_;
    std::vector<Ordinal> begins_;  // one more than files
};

}  // namespace sluice::formats
