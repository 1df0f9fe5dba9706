// What the cells of each column are, decided over the whole input: a column is numbers only if every non-empty cell of
// every good row is a JSON number to the letter, booleans only if each is true or false; else it is text.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "formats/csv/dialect.hpp"

namespace sluice::formats::csv {

// Every file's columns by number: the source's columns in the order in which the files name them first.
struct SourceColumns {
    std::vector<std::string> names;
    std::vector<std::vector<std::uint32_t>> of_file;  // [file][cell]
};

// What the parsers of a source share.
struct CsvSource {
    std::vector<FileLayout> layouts;  // of each file
    SourceColumns columns;
};

// What the cells of a column can all be, a bit for each; without a bit they are texts.
using CellTypes = std::uint8_t;
inline constexpr CellTypes kTexts = 0;
inline constexpr CellTypes kNumbers = 1;
inline constexpr CellTypes kBooleans = 2;
inline constexpr CellTypes kAllOpen = kNumbers | kBooleans;  // no cell but empty ones was seen

[[nodiscard]] bool is_number(const char* begin, const char* end) noexcept;
[[nodiscard]] bool is_boolean(std::string_view cell) noexcept;
// Of a cell that is not null.
[[nodiscard]] CellTypes types_of_cell(std::string_view cell) noexcept;

// By column: what the cells seen so far can all be. Thread-safe.
class CellsSeen {
public:
    explicit CellsSeen(std::size_t columns) : types_(columns) {
        for (auto& types : types_) types.store(kAllOpen, std::memory_order_relaxed);
    }

    [[nodiscard]] CellTypes operator[](std::size_t column) const noexcept {
        return types_[column].load(std::memory_order_relaxed);
    }
    // Gives what the column could be without this cell.
    CellTypes see(std::size_t column, CellTypes cell) noexcept {
        return types_[column].fetch_and(cell, std::memory_order_relaxed);
    }

private:
    std::vector<std::atomic<CellTypes>> types_;
};

// By column: what the whole input says, where it was read for that column. Thread-safe.
class KnownTypes {
public:
    explicit KnownTypes(std::size_t columns) : types_(columns) {}

    [[nodiscard]] std::vector<std::optional<CellTypes>> get() const {
        const std::lock_guard lock(mutex_);
        return types_;
    }
    void set(std::size_t column, CellTypes types) {
        const std::lock_guard lock(mutex_);
        types_[column] = types;
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::optional<CellTypes>> types_;
};

}  // namespace sluice::formats::csv
