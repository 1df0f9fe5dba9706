// An output that is compressed on its way to its file. The text is cut into pieces of one size, each is compressed by
// itself, and they are written in their order: so several threads can work, and the bytes do not depend on how many.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "formats/byte_sink.hpp"
#include "loaders/piece_compressor.hpp"
#include "utils/compression.hpp"
#include "utils/result.hpp"

namespace sluice {

// Text that is appended is compressed by threads of its own, at most two pieces for each beyond the one that is being
// filled; text that is written at its place, by the thread that fills a piece up. `out` takes the compressed bytes by
// append() alone, from one thread at a time, and outlives it.
class CompressedOutput final : public ByteSink {
public:
    // `compression` is not none.
    [[nodiscard]] static Result<std::unique_ptr<CompressedOutput>> make(ByteSink& out, CompressionChoice compression,
                                                                        int threads);
    ~CompressedOutput() override;
    CompressedOutput(const CompressedOutput&) = delete;
    CompressedOutput& operator=(const CompressedOutput&) = delete;

    [[nodiscard]] Result<> append(std::string_view bytes) override;
    [[nodiscard]] Result<> resize(std::uint64_t total_bytes) override;
    [[nodiscard]] Result<> write_at(std::uint64_t offset, std::string_view bytes) override;
    // Once, after the last byte: writes what is left. `out` is not finished.
    [[nodiscard]] Result<> finish();

private:
    // Appended text on its way through a thread.
    struct Job {
        std::string text;
        Result<std::string> compressed = std::string();
        bool done = false;
    };
    // A part of the text whose length was announced.
    struct Place {
        std::once_flag allocated;
        std::string text;
        std::atomic<std::size_t> missing{0};
    };

    CompressedOutput(ByteSink& out, CompressionChoice compression, int threads)
        : out_(out), compression_(compression), threads_(threads), piece_(piece_bytes(compression.method)) {}

    void work();
    void start_threads();
    [[nodiscard]] Result<> submit();
    [[nodiscard]] Result<> write_oldest(std::unique_lock<std::mutex>& lock);
    [[nodiscard]] Result<> deliver(std::size_t index, std::string_view text);
    [[nodiscard]] Result<std::unique_ptr<PieceCompressor>> take_compressor();

    ByteSink& out_;
    CompressionChoice compression_;
    int threads_;
    std::size_t piece_;

    std::mutex mutex_;
    std::vector<std::unique_ptr<PieceCompressor>> idle_;  // made beforehand or given back

    // append()
    std::string text_;  // not yet a piece
    bool wrote_ = false;
    std::condition_variable changed_;
    std::deque<std::shared_ptr<Job>> order_;    // written in this order
    std::deque<std::shared_ptr<Job>> waiting_;  // for a thread
    bool ending_ = false;
    std::vector<std::jthread> workers_;

    // write_at()
    std::uint64_t total_ = 0;
    std::vector<Place> places_;
    std::size_t next_ = 0;  // the first piece that is not written
    std::map<std::size_t, std::string> early_;
};

}  // namespace sluice
