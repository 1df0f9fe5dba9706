// Rows of many parts that arrive mixed and are read part by part: in memory within a limit, the rest in a temporary
// file.
//
// A part that has some kilobytes in memory puts them into the file as one extent; when all parts together reach the
// limit, each of them does, so that memory is bounded whatever their number. An extent names the one before it:
//
//   extent = offset of the part's extent before it, or kNone; number of bytes; rows
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/piece_spool.hpp"
#include "utils/result.hpp"

namespace sluice {

// One thread.
class PartSpool {
public:
    // The most bytes in memory beyond the limit: an extent or a row, whichever is longer, and what is on its way to the
    // file.
    static constexpr std::size_t kExtentBytes = std::size_t{64} << 10U;

    // `limit`: bytes in memory for the rows of all parts.
    PartSpool(std::filesystem::path folder, std::uint64_t limit) : folder_(std::move(folder)), limit_(limit) {}

    // Makes a part; they are numbered from 0.
    void add_part() { parts_.emplace_back(); }
    // Fails (kind external) when the file cannot be written.
    [[nodiscard]] Result<> add(std::size_t part, std::string_view row);
    // Bytes that the rows take in memory.
    [[nodiscard]] std::uint64_t held() const { return held_; }

private:
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};

    struct Part {
        std::string waiting;         // rows that are not in the file
        std::uint64_t last = kNone;  // extent
    };
    struct Head {
        std::uint64_t before = kNone;
        std::uint64_t size = 0;
    };

public:
    // Gives a part's rows in their order, some at a time. Nothing is added from then on; does not outlive the spool.
    class Reader {
    public:
        Reader(const PartSpool& spool, std::size_t part) : spool_(spool), part_(spool.parts_[part]) {}
        // Whole rows, end to end, until the next call; empty behind the last.
        [[nodiscard]] Result<std::string_view> next();

    private:
        [[nodiscard]] Result<> find_extents();

        const PartSpool& spool_;
        const Part& part_;
        std::optional<std::vector<std::uint64_t>> extents_;  // offsets that are to come, the next one last
        std::string text_;
        bool gave_waiting_ = false;
    };

private:
    [[nodiscard]] Result<> put(Part& part);
    [[nodiscard]] Result<> put_all();
    [[nodiscard]] Result<> write();
    [[nodiscard]] Result<Head> head_at(std::uint64_t offset) const;

    std::filesystem::path folder_;
    std::uint64_t limit_;
    std::uint64_t held_ = 0;
    std::vector<Part> parts_;
    std::optional<PieceSpool> file_;
    std::string writing_;  // extents on their way to the end of the file; empty between calls
};

}  // namespace sluice
