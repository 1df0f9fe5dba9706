// The positions of a block's structural characters: brackets, colons, commas, and the first byte of every text, number
// and word. This is "stage 1" of simdjson (G. Langdale, D. Lemire: Parsing Gigabytes of JSON per Second, 2019), which
// also checks UTF-8 and that no text holds a control character or is left open. Why only that stage: docs/adr/0010.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace sluice::formats::jsonl {

// Keeps its memory from block to block. One thread.
class StructuralIndex {
public:
    // Bytes behind the data that must be readable; their content does not matter.
    static constexpr std::size_t kPadding = 64;

    StructuralIndex();
    ~StructuralIndex();

    // Whether an index over several lines can be trusted. simdjson's portable implementation skips whatever follows a
    // backslash, also a newline, so with it every line needs an index of its own. No processor that runs it is current.
    [[nodiscard]] static bool takes_several_lines();

    enum class Outcome { ok, faulty, out_of_memory };
    // `faulty`: some text of the block is not closed, holds a control character, or some bytes are not UTF-8. size < 4
    // GiB.
    [[nodiscard]] Outcome build(const char* data, std::size_t size);

    // After `ok`: growing positions in the data, then at least two that are equal to its size.
    [[nodiscard]] const std::uint32_t* positions() const noexcept { return positions_; }
    // Where those that are equal to its size begin.
    [[nodiscard]] const std::uint32_t* positions_end() const noexcept { return positions_ + count_; }

private:
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage_;
    std::size_t capacity_ = 0;
    std::uint32_t empty_[2] = {};
    const std::uint32_t* positions_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace sluice::formats::jsonl
