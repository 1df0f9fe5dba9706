// Every thread takes the next batch, formats it, and waits for its turn at the sink: while one thread writes, the
// others format.
#include "formats/piece_writing.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>

#include "utils/parallel.hpp"

namespace sluice {
namespace {

// The order in which threads get at the sink: by number, one at a time, and nobody after a failure.
class Turns {
public:
    // False: an earlier one has failed.
    [[nodiscard]] bool wait_for(std::size_t number) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return failed_ || turn_ == number; });
        return !failed_;
    }
    void end(bool good) {
        {
            const std::lock_guard lock(mutex_);
            ++turn_;
            failed_ = !good;
        }
        changed_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t turn_ = 0;
    bool failed_ = false;
};

}  // namespace

Result<> append_pieces(const RowPieces& pieces, const FormatPiece& format, ByteSink& sink) {
    Turns turns;
    std::atomic<std::size_t> next{0};
    const auto formatted = [&](RowPieces::Reader& reader, std::size_t index, std::string& text) -> Result<> {
        text.clear();
        TRY_ASSIGN(const TokenBatch* batch, reader.piece(index));
        return format(*batch, index, text);
    };
    const int threads = static_cast<int>(std::min(pieces.count(), static_cast<std::size_t>(pieces.threads())));
    return run_on_threads(threads, [&](int) -> Result<> {
        const std::unique_ptr<RowPieces::Reader> reader = pieces.reader();
        std::string text;
        for (std::size_t index = next++; index < pieces.count(); index = next++) {
            Result<> done = formatted(*reader, index, text);
            if (!turns.wait_for(index)) return {};
            if (done) done = sink.append(text);
            turns.end(done.has_value());
            if (!done) return done;
        }
        return {};
    });
}

}  // namespace sluice
