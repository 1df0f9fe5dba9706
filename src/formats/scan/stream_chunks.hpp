// Cuts files that must be read from their first byte on (compressed ones, or a format whose rows cannot be found from
// the middle) into chunks of whole rows, for several threads at once.
//
// Each file has a lock. Under it a thread reads the next bytes of the text (which inflates them), lets the format find
// the last row that ends in them, and leaves what follows to whoever comes next; then it parses without the lock, while
// another thread inflates. A thread that finds a file taken goes on to the next one, and never back: so the chunks of
// one thread come in input order, and many files are inflated at once. No file is left behind, because whoever holds a
// file's lock comes back to it unless somebody else holds it then.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "formats/scan/chunk.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/row_splitter.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

using MakeSplitter = std::function<std::unique_ptr<RowSplitter>(std::size_t file)>;

class StreamChunks final : public ChunkSource {
public:
    // The inputs outlive it. A chunk has about `block_size` bytes; one row that is longer makes a longer chunk, and
    // beyond `max_row` becomes Chunk::overlong. A byte order mark at a file's start is in no chunk.
    StreamChunks(const InputSet& inputs, std::uint64_t block_size, std::uint64_t max_row,
                 const MakeSplitter& make_splitter);
    ~StreamChunks() override;

    // Reading fails as the files' streams do: kind external, or data for a damaged file.
    [[nodiscard]] std::unique_ptr<ChunkReader> reader() override;
    void close() noexcept override { closed_.store(true, std::memory_order_relaxed); }

private:
    class FileText;
    class Reader;

    struct Limits {
        std::size_t block_size;
        std::size_t max_row;
    };

    const Limits limits_;
    std::vector<std::unique_ptr<FileText>> files_;
    std::atomic<bool> closed_{false};
};

}  // namespace sluice::formats
