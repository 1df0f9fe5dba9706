// What the cells of each column are, decided over the whole input: a column is numbers only if every non-empty cell of
// every good row is a JSON number to the letter, booleans only if each is true or false; else it is text.
//
// The first thing that a scan's threads do is this survey, all of them together, for the columns that the scan asks
// for; later scans know the answer. It ends as soon as all of them can only be text.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "formats/csv/dialect.hpp"
#include "formats/scan/chunk.hpp"
#include "formats/scan/declared_column.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/row_builder.hpp"
#include "utils/result.hpp"

namespace sluice::formats::csv {

enum class CellType : std::uint8_t { text, number, boolean };

// Every file's columns by number: the source's columns in the order in which the files name them first.
struct SourceColumns {
    std::vector<std::string> names;
    std::vector<std::vector<std::uint32_t>> of_file;  // [file][cell]
};

// What a thread has seen of a column.
class CellsSeen {
public:
    [[nodiscard]] bool may_be_number() const noexcept { return number_; }
    [[nodiscard]] bool may_be_boolean() const noexcept { return boolean_; }
    // Whether it can only be text.
    [[nodiscard]] bool decided() const noexcept { return !number_ && !boolean_; }
    void see(bool number, bool boolean) noexcept {
        number_ = number_ && number;
        boolean_ = boolean_ && boolean;
    }
    void merge(const CellsSeen& other) noexcept { see(other.number_, other.boolean_); }
    [[nodiscard]] CellType type() const noexcept {
        return number_ == boolean_ ? CellType::text : number_ ? CellType::number : CellType::boolean;
    }

private:
    // Both until a cell that is not empty was seen.
    bool number_ = true;
    bool boolean_ = true;
};

[[nodiscard]] bool is_number(const char* begin, const char* end) noexcept;
[[nodiscard]] bool is_boolean(std::string_view cell) noexcept;

// Thread-safe.
class TypeSurvey {
public:
    using MakeChunks = std::function<std::unique_ptr<ChunkSource>()>;

    // The columns and layouts outlive it, and are complete when types() is called.
    TypeSurvey(const SourceColumns& columns, const std::vector<FileLayout>& layouts)
        : columns_(columns), layouts_(layouts) {}

    // The types by column number, right for the columns that the request asks for. The first call starts a survey over
    // chunks of the whole input; whoever comes while it is under way takes part, and waits for the others. Fails when
    // the input cannot be read or the run is stopped, then for all.
    [[nodiscard]] Result<std::vector<CellType>> types(const RowSettings& settings, const MakeChunks& make_chunks);

private:
    class Surveyor;

    [[nodiscard]] std::vector<bool> wanted_by(const RowSettings& settings) const;
    void start(std::vector<bool> wanted, const MakeChunks& make_chunks);
    void take_part(std::unique_lock<std::mutex>& lock, const RowSettings& settings);

    const SourceColumns& columns_;
    const std::vector<FileLayout>& layouts_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::unique_ptr<ChunkSource> chunks_;  // of the survey under way
    std::vector<bool> surveyed_;           // by column: by it
    int working_ = 0;
    bool exhausted_ = false;  // there is no chunk left for who comes now
    std::optional<Error> failure_;
    std::vector<bool> known_;  // by column
    std::vector<CellsSeen> seen_;
};

}  // namespace sluice::formats::csv
