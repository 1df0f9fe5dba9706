// The files of one source, their texts laid end to end in reading order: how an ordinal becomes a file and a byte.
//
// A row's byte is counted in the text, which for a compressed file is what it inflates to. How long that text is shows
// only when it is inflated, so such a file gets as many ordinals as it could have bytes: ordinals grow, with gaps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "io/input_file.hpp"
#include "io/input_stream.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

// Immutable and thread-safe.
class InputSet {
public:
    // Looks at the first bytes of each file, and fails as compression_of() does.
    static Result<InputSet> open(std::vector<InputFile> files);

    [[nodiscard]] const std::vector<InputFile>& files() const noexcept { return files_; }
    // Of the files as they lie there, compressed or not.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    // Whether some file must be inflated.
    [[nodiscard]] bool compressed() const noexcept { return compressed_; }
    // The file's text from its first byte on. The set outlives it.
    [[nodiscard]] Result<std::unique_ptr<InputStream>> stream(std::size_t file) const;

    // The ordinal of the file's first byte; of the last file's end where `file` is the number of files.
    [[nodiscard]] Ordinal begin_of(std::size_t file) const { return begins_[file]; }
    // The file of a row.
    [[nodiscard]] std::size_t file_of(Ordinal ordinal) const;

private:
    InputSet() = default;

    std::vector<InputFile> files_;
    std::vector<Compression> compressions_;
    std::vector<Ordinal> begins_;  // one more than files
    std::uint64_t bytes_ = 0;
    bool compressed_ = false;
};

// Counts the lines of one file's text up to growing positions. One thread.
class LineCounter {
public:
    // The inputs outlive it.
    LineCounter(const InputSet& inputs, std::size_t file) : inputs_(inputs), file_(file) {}
    // The number of the line that holds this byte of the text, from 1. Not before the byte of the call before.
    [[nodiscard]] Result<std::uint64_t> line_at(std::uint64_t byte);

private:
    const InputSet& inputs_;
    std::size_t file_;
    std::unique_ptr<InputStream> stream_;
    std::vector<char> buffer_;
    std::uint64_t at_ = 0;
    std::uint64_t newlines_ = 0;
};

// The places of rows in growing order: counts each file's newlines once.
class InputPlaces final : public PlaceFinder {
public:
    // The inputs outlive it.
    explicit InputPlaces(const InputSet& inputs) : inputs_(inputs) {}
    [[nodiscard]] Result<Place> place(Ordinal ordinal) override;

private:
    const InputSet& inputs_;
    std::optional<LineCounter> lines_;
    std::size_t file_ = 0;
    std::uint64_t byte_ = 0;
};

}  // namespace sluice::formats
