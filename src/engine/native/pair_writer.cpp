#include "engine/native/pair_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "utils/parallel.hpp"

namespace sluice {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1}
                                     << 20U;  // the system takes its pages in larger pieces than from 256 KiB
constexpr std::size_t kRowsPerChunk = 2048;

// The right rows in key order, and within a key in input order: the matches of a left row stand side by side.
struct RightIndex {
    std::vector<std::uint64_t> begins;  // by code; the end is the next code's begin
    std::vector<Fragment> rows;
    std::vector<std::uint64_t> bytes;  // by code: what its rows and their ends take in the file
};

// Copies a tail, up to FragmentTails::kSpare bytes more than its size.
char* copy_tail(std::string_view tail, char* out) noexcept {
    constexpr std::size_t kFixedCopy = FragmentTails::kSpare;
    std::memcpy(out, tail.data(), kFixedCopy);
    if (tail.size() > kFixedCopy) std::memcpy(out + kFixedCopy, tail.data() + kFixedCopy, tail.size() - kFixedCopy);
    return out + tail.size();
}

// The constants around a row's two fragments, by how many columns were known when the fragment was formatted.
struct Glue {
    std::string opening;      // before the first row
    FragmentTails middles;    // after the left fragment
    FragmentTails ends;       // after the right fragment, up to the next row's left fragment
    std::size_t surplus = 0;  // what the last row's end has too much
    std::string closing;      // after the last row
};

// A joined row has at least its key on the left, so only the right fragment may be empty.
Glue make_glue(const FragmentSet& left, const FragmentSet& right) {
    const RowLayout& layout = left.layout();
    const std::string between_rows = std::string(layout.row_separator) + std::string(layout.row_open);
    Glue glue;
    glue.opening = std::string(layout.file_open) + std::string(layout.row_open);
    glue.middles = FragmentTails(left, right.field_count() > 0 ? layout.field_separator : std::string_view());
    glue.ends = FragmentTails(right, std::string(layout.row_close) + between_rows);
    glue.surplus = between_rows.size();
    glue.closing = layout.file_close;
    return glue;
}

RightIndex index_right(std::span<const Code> codes, std::span<const std::uint32_t> rows_per_code,
                       std::span<const Fragment> rows, const Glue& glue) {
    RightIndex index;
    index.begins.resize(rows_per_code.size() + 1);
    for (std::size_t code = 0; code < rows_per_code.size(); ++code) {
        index.begins[code + 1] = index.begins[code] + rows_per_code[code];
    }
    index.rows.resize(index.begins.back());
    index.bytes.resize(rows_per_code.size());
    std::vector<std::uint64_t> next(index.begins.begin(), index.begins.end() - 1);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Code code = codes[row];
        if (code == kNullCode) continue;
        index.rows[next[code]++] = rows[row];
        index.bytes[code] += rows[row].size + glue.ends.behind(rows[row].fields).size();
    }
    return index;
}

// One thread's window on the file: collects bytes and writes them at their place.
class PlacedBuffer {
public:
    PlacedBuffer(ByteSink& sink, std::uint64_t limit, ScanProgress* written)
        : sink_(&sink),
          limit_(limit),
          written_(written),
          bytes_(std::make_unique_for_overwrite<char[]>(kBufferBytes + FragmentTails::kSpare)) {}

    void move_to(std::uint64_t offset) { offset_ = offset; }

    [[nodiscard]] Result<> append(std::string_view bytes) {
        if (kBufferBytes - used_ < bytes.size()) {
            TRY(flush());
            if (bytes.size() > kBufferBytes) return write(bytes);
        }
        std::memcpy(bytes_.get() + used_, bytes.data(), bytes.size());
        used_ += bytes.size();
        return {};
    }
    // Where `size` more bytes have room and what they may overwrite behind them, or nullptr.
    [[nodiscard]] char* room(std::size_t size) noexcept {
        return kBufferBytes - used_ >= size ? bytes_.get() + used_ : nullptr;
    }
    void advance(std::size_t size) noexcept { used_ += size; }
    [[nodiscard]] Result<> flush() {
        const std::size_t used = std::exchange(used_, 0);
        return write({bytes_.get(), used});
    }

private:
    // Leaves out what stands beyond the limit: the last row's surplus.
    [[nodiscard]] Result<> write(std::string_view bytes) {
        const std::uint64_t offset = offset_;
        offset_ += bytes.size();
        const std::string_view inside = offset < limit_ ? bytes.substr(0, limit_ - offset) : std::string_view();
        if (inside.empty()) return {};
        TRY(sink_->write_at(offset, inside));
        if (written_ != nullptr) written_->bytes += inside.size();
        return {};
    }

    ByteSink* sink_;
    std::uint64_t limit_;
    ScanProgress* written_;
    std::unique_ptr<char[]> bytes_;
    std::size_t used_ = 0;
    std::uint64_t offset_ = 0;
};

struct Joined {
    std::span<const Code> left_codes;
    std::span<const Fragment> left;
    const RightIndex* right = nullptr;
    const Glue* glue = nullptr;
};

std::uint64_t bytes_of(const Joined& joined, Stretch rows) {
    std::uint64_t bytes = 0;
    for (std::size_t row = rows.begin; row < rows.end; ++row) {
        const Code code = joined.left_codes[row];
        if (code == kNullCode) continue;
        const std::uint64_t matches = joined.right->begins[code + 1] - joined.right->begins[code];
        const Fragment& left = joined.left[row];
        bytes += matches * (left.size + joined.glue->middles.behind(left.fields).size()) + joined.right->bytes[code];
    }
    return bytes;
}

// Joined rows on their way into a buffer. The right fragments lie all over memory, so some are asked for before the
// first of them is copied.
class PairCopier {
public:
    PairCopier(const Joined& joined, PlacedBuffer& buffer, const StopFlag* stop)
        : joined_(&joined), buffer_(&buffer), stop_(stop) {}

    [[nodiscard]] Result<> copy(Stretch rows) {
        const RightIndex& right = *joined_->right;
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            fetch_index(row + kIndexAhead, rows.end);
            const Code code = joined_->left_codes[row];
            if (code == kNullCode) continue;
            pairs_copied_ += right.begins[code + 1] - right.begins[code];
            for (std::uint64_t match = right.begins[code]; match < right.begins[code + 1]; ++match) {
                fetch(right.rows[match]);
                pairs_[waiting_++] = {&joined_->left[row], &right.rows[match]};
                if (waiting_ == pairs_.size()) TRY(copy_waiting());
            }
        }
        TRY(copy_waiting());
        return buffer_->flush();
    }
    // How many were copied since the last call.
    [[nodiscard]] std::uint64_t take_pairs() noexcept { return std::exchange(pairs_copied_, 0); }

private:
    static constexpr std::size_t kPairsAhead = 32;
    static constexpr std::size_t kIndexAhead = 16;
    static constexpr std::size_t kLine = 64;
    static constexpr std::size_t kMostFetched = 512;  // the rest of a long fragment streams in by itself

    struct Pair {
        const Fragment* left = nullptr;
        const Fragment* right = nullptr;
    };

    void fetch_index(std::size_t row, std::size_t end) const {
        if (row < end) __builtin_prefetch(&joined_->right->begins[joined_->left_codes[row]]);
        const std::size_t nearer = row - kIndexAhead / 2;
        if (nearer < end)
            __builtin_prefetch(joined_->right->rows.data() + joined_->right->begins[joined_->left_codes[nearer]]);
    }
    static void fetch(const Fragment& fragment) {
        const std::size_t size = std::min<std::size_t>(fragment.size, kMostFetched);
        for (std::size_t offset = 0; offset < size; offset += kLine) __builtin_prefetch(fragment.data + offset);
    }

    [[nodiscard]] Result<> copy_waiting() {
        for (const Pair& pair : std::span(pairs_).first(std::exchange(waiting_, 0))) {
            const std::string_view middle = joined_->glue->middles.behind(pair.left->fields);
            const std::string_view end = joined_->glue->ends.behind(pair.right->fields);
            const std::size_t size = pair.left->size + middle.size() + pair.right->size + end.size();
            if (char* out = buffer_->room(size); out != nullptr) {
                std::memcpy(out, pair.left->data, pair.left->size);
                out = copy_tail(middle, out + pair.left->size);
                std::memcpy(out, pair.right->data, pair.right->size);
                static_cast<void>(copy_tail(end, out + pair.right->size));
                buffer_->advance(size);
                continue;
            }
            if (stop_ != nullptr) TRY(stop_->check());
            for (const std::string_view part : {pair.left->view(), middle, pair.right->view(), end}) {
                TRY(buffer_->append(part));
            }
        }
        return {};
    }

    const Joined* joined_;
    PlacedBuffer* buffer_;
    const StopFlag* stop_;
    std::array<Pair, kPairsAhead> pairs_;
    std::size_t waiting_ = 0;
    std::uint64_t pairs_copied_ = 0;
};

Stretch chunk_rows(std::size_t chunk, std::size_t rows) {
    return {chunk * kRowsPerChunk, std::min(rows, (chunk + 1) * kRowsPerChunk)};
}

}  // namespace

Result<> write_joined_rows(const AggregateInput& input, const FragmentSet& left, const FragmentSet& right,
                           ByteSink& sink, ScanProgress* written, int threads, const StopFlag* stop) {
    if (input.rows() == 0) {
        TRY(sink.resize(left.layout().empty_file.size()));
        if (left.layout().empty_file.empty()) return {};
        if (written != nullptr) written->bytes += left.layout().empty_file.size();
        return sink.write_at(0, left.layout().empty_file);
    }
    const Glue glue = make_glue(left, right);
    std::vector<Fragment> left_rows;
    RightIndex index;
    for_each_index(threads, 2, [&](std::size_t side) {
        if (side == 0) {
            index =
                index_right(input.key_codes(JoinSide::right), input.rows_per_key(JoinSide::right), right.rows(), glue);
        } else {
            left_rows = left.rows();
        }
    });
    const Joined joined{input.key_codes(JoinSide::left), left_rows, &index, &glue};

    const std::size_t chunks = (left_rows.size() + kRowsPerChunk - 1) / kRowsPerChunk;
    std::vector<std::uint64_t> offsets(chunks + 1);
    for_each_index(threads, chunks, [&](std::size_t chunk) {
        offsets[chunk + 1] = bytes_of(joined, chunk_rows(chunk, left_rows.size()));
    });
    offsets[0] = glue.opening.size();
    for (std::size_t chunk = 0; chunk < chunks; ++chunk) offsets[chunk + 1] += offsets[chunk];
    const std::uint64_t limit = offsets[chunks] - glue.surplus;

    TRY(sink.resize(limit + glue.closing.size()));
    TRY(sink.write_at(0, glue.opening));
    std::atomic<std::size_t> next{0};
    std::atomic<bool> failed{false};
    TRY(run_on_threads(threads, [&](int) -> Result<> {
        PlacedBuffer buffer(sink, limit, written);
        PairCopier copier(joined, buffer, stop);
        for (std::size_t chunk = next++; chunk < chunks && !failed; chunk = next++) {
            buffer.move_to(offsets[chunk]);
            Result<> done = copier.copy(chunk_rows(chunk, left_rows.size()));
            if (!done) {
                failed = true;
                return done;
            }
            if (written != nullptr) written->rows += copier.take_pairs();
        }
        return {};
    }));
    if (!glue.closing.empty()) TRY(sink.write_at(limit, glue.closing));
    if (written != nullptr) written->bytes += glue.opening.size() + glue.closing.size();
    return {};
}

}  // namespace sluice
