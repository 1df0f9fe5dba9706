#include "loaders/compressed_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice {

Result<std::unique_ptr<CompressedOutput>> CompressedOutput::make(ByteSink& out, CompressionChoice compression,
                                                                 int threads) {
    std::unique_ptr<CompressedOutput> made(new CompressedOutput(out, compression, std::max(threads, 1)));
    TRY_ASSIGN(auto compressor, PieceCompressor::make(compression));
    made->idle_.push_back(std::move(compressor));
    return made;
}

CompressedOutput::~CompressedOutput() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        waiting_.clear();
    }
    changed_.notify_all();
}

Result<std::unique_ptr<PieceCompressor>> CompressedOutput::take_compressor() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto compressor = std::move(idle_.back());
            idle_.pop_back();
            return compressor;
        }
    }
    return PieceCompressor::make(compression_);
}

Result<> CompressedOutput::append(std::string_view bytes) {
    if (!places_.empty()) return internal_error("append() to a compressed output after resize()");
    while (!bytes.empty()) {
        if (text_.capacity() < piece_) text_.reserve(piece_);
        const std::string_view part = bytes.substr(0, piece_ - text_.size());
        text_.append(part);
        bytes.remove_prefix(part.size());
        if (text_.size() == piece_) TRY(submit());
    }
    return {};
}

// A file of one piece needs no thread.
Result<> CompressedOutput::submit() {
    wrote_ = true;
    if (threads_ == 1) {
        TRY_ASSIGN(const std::string compressed, idle_.front()->compress(text_));
        text_.clear();
        return out_.append(compressed);
    }
    start_threads();
    auto job = std::make_shared<Job>();
    job->text = std::exchange(text_, std::string());
    std::unique_lock lock(mutex_);
    order_.push_back(job);
    waiting_.push_back(std::move(job));
    changed_.notify_all();
    while (!order_.empty() && (order_.front()->done || order_.size() > 2 * workers_.size())) TRY(write_oldest(lock));
    return {};
}

void CompressedOutput::start_threads() {
    while (workers_.size() < static_cast<std::size_t>(threads_)) workers_.emplace_back([this] { work(); });
}

void CompressedOutput::work() {
    auto compressor = take_compressor();
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
        if (waiting_.empty()) return;
        const std::shared_ptr<Job> job = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        job->compressed = compressor ? (*compressor)->compress(job->text) : Result<std::string>(compressor.error());
        job->text = std::string();  // the result may wait for its turn
        lock.lock();
        job->done = true;
        changed_.notify_all();
    }
}

Result<> CompressedOutput::write_oldest(std::unique_lock<std::mutex>& lock) {
    const std::shared_ptr<Job> job = order_.front();
    changed_.wait(lock, [&job] { return job->done; });
    order_.pop_front();
    lock.unlock();
    Result<> written = job->compressed ? out_.append(*job->compressed) : Result<>(job->compressed.error());
    lock.lock();
    return written;
}

Result<> CompressedOutput::resize(std::uint64_t total_bytes) {
    if (!places_.empty() || wrote_ || !text_.empty())
        return internal_error("resize() of a compressed output, which has bytes already");
    total_ = total_bytes;
    places_ = std::vector<Place>((total_bytes + piece_ - 1) / piece_);
    for (std::size_t index = 0; index < places_.size(); ++index)
        places_[index].missing = std::min<std::uint64_t>(piece_, total_bytes - index * piece_);
    return {};
}

Result<> CompressedOutput::write_at(std::uint64_t offset, std::string_view bytes) {
    if (offset > total_ || bytes.size() > total_ - offset)
        return internal_error(
            fmt::format("write_at({}, {} bytes) is beyond the announced {} bytes of a compressed "
                        "output",
                        offset, bytes.size(), total_));
    while (!bytes.empty()) {
        const std::size_t index = offset / piece_;
        const std::size_t begin = offset % piece_;
        Place& place = places_[index];
        std::call_once(place.allocated,
                       [&] { place.text.resize(std::min<std::uint64_t>(piece_, total_ - index * piece_)); });
        const std::string_view part = bytes.substr(0, piece_ - begin);
        std::memcpy(place.text.data() + begin, part.data(), part.size());
        offset += part.size();
        bytes.remove_prefix(part.size());
        if (place.missing.fetch_sub(part.size(), std::memory_order_acq_rel) != part.size()) continue;
        TRY(deliver(index, place.text));
        place.text = std::string();
    }
    return {};
}

// The thread that fills the oldest piece up writes it, and those behind it that are there already.
Result<> CompressedOutput::deliver(std::size_t index, std::string_view text) {
    TRY_ASSIGN(auto compressor, take_compressor());
    TRY_ASSIGN(std::string compressed, compressor->compress(text));
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(compressor));
    early_.emplace(index, std::move(compressed));
    wrote_ = true;
    for (auto piece = early_.find(next_); piece != early_.end(); piece = early_.find(next_)) {
        TRY(out_.append(piece->second));
        early_.erase(piece);
        ++next_;
    }
    return {};
}

Result<> CompressedOutput::finish() {
    if (!places_.empty() && next_ != places_.size())
        return internal_error(fmt::format("a compressed output has {} of its {} pieces", next_, places_.size()));
    {
        std::unique_lock lock(mutex_);
        while (!order_.empty()) TRY(write_oldest(lock));
    }
    if (text_.empty() && wrote_) return {};
    TRY_ASSIGN(auto compressor, take_compressor());
    TRY_ASSIGN(const std::string compressed, compressor->compress(text_));
    return out_.append(compressed);
}

}  // namespace sluice
