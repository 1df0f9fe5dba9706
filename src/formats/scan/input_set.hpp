// The files of one source, their texts laid end to end in reading order: how an ordinal becomes a file and a byte.
//
// A row's byte is counted in the text, which for a compressed file is what it inflates to, and UTF-8 for UTF-16. How
// long that text is shows only when it is inflated, so such a file gets as many ordinals as it could have bytes:
// ordinals grow, with gaps.
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

// What is done about a last line that no newline ends: its writer may not be done with it.
enum class LastLine : std::uint8_t {
    read,   // a row as any other
    fail,   // an error of kind data
    leave,  // not read, as if it was not there
};

struct InputPolicy {
    LastLine last_line = LastLine::read;
    bool to_size_at_open = false;  // a file may grow, be replaced or go: what it held when it was opened is read
    bool count_lines = false;      // chunks say the line of their first row
};

// Immutable and thread-safe.
class InputSet {
public:
    // Looks at the first bytes of each file, and fails as compression_of() does.
    static Result<InputSet> open(std::vector<InputFile> files, const InputPolicy& policy = {});

    [[nodiscard]] const InputPolicy& policy() const noexcept { return policy_; }
    // After reading: fails as InputFile::check_unchanged() does, unless the policy allows it.
    [[nodiscard]] Result<> check_unchanged() const;
    // The error of LastLine::fail, for a line that begins at this byte of the text.
    [[nodiscard]] Error last_line_error(std::size_t file, std::uint64_t begin) const;

    [[nodiscard]] const std::vector<InputFile>& files() const noexcept { return files_; }
    // Of the files as they lie there, compressed or not.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    // About how many bytes of text they hold: as if all inflated as the first compressed one begins to.
    [[nodiscard]] std::uint64_t text_bytes() const noexcept { return text_bytes_; }
    // Whether rows must be read from each file's first byte on: some file is compressed or UTF-16, or lines are
    // counted.
    [[nodiscard]] bool in_sequence() const noexcept { return !all_as_they_are_ || policy_.count_lines; }
    // The file's text from its first byte on, inflated, as UTF-8. The set outlives it.
    [[nodiscard]] Result<std::unique_ptr<InputStream>> stream(std::size_t file) const;

    // The ordinal of the file's first byte; of the last file's end where `file` is the number of files.
    [[nodiscard]] Ordinal begin_of(std::size_t file) const { return begins_[file]; }
    // The file of a row.
    [[nodiscard]] std::size_t file_of(Ordinal ordinal) const;

private:
    InputSet() = default;
    void estimate_text();

    InputPolicy policy_;
    std::vector<InputFile> files_;
    std::vector<Compression> compressions_;
    std::vector<Ordinal> begins_;  // one more than files
    std::uint64_t bytes_ = 0;
    std::uint64_t text_bytes_ = 0;
    std::vector<bool> as_it_is_;  // by file: its bytes are its text
    bool all_as_they_are_ = true;
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
