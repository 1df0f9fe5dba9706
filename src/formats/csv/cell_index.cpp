#include "formats/csv/cell_index.hpp"

#include <immintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice::formats::csv {

namespace {

constexpr std::size_t kFirstCapacity = std::size_t{1} << 16U;
constexpr std::size_t kBlock = 64;
constexpr std::size_t kBatch = 8;  // positions are written this many at a time
constexpr char kLastControl = 0x1F;

// One chunk on its way into the index. Its functions are inlined into those that are built for a processor.
struct Indexing {
    const char* data;
    std::size_t size;
    char delimiter;
    char quote;
    std::uint32_t* positions;
    std::uint64_t* escapes;
    char tail[kBlock];
    // Whether the chunk has any of these.
    bool beyond_ascii = false;
    bool quotes = false;
    bool controls = false;  // or anything else that needs escapes, but for newlines

    // The block at `at`, the last one filled up with letters.
    [[gnu::always_inline]] const char* block(std::size_t at) {
        if (size - at >= kBlock) return data + at;
        std::memset(tail, 'a', kBlock);
        std::memcpy(tail, data + at, size - at);
        return tail;
    }

    // What is known of a block, a bit for each byte.
    [[gnu::always_inline]] void take(std::uint64_t structural, std::uint64_t to_escape, std::size_t at) {
        if (size - at < kBlock) structural &= ~(~std::uint64_t{0} << (size - at));
        escapes[at / kBlock] = to_escape;
        put_positions(structural, static_cast<std::uint32_t>(at));
    }

    [[gnu::always_inline]] void put_positions(std::uint64_t bits, std::uint32_t base) {
        std::uint32_t* const end = positions + std::popcount(bits);
        for (std::uint32_t* out = positions; out < end; out += kBatch) {
            for (std::size_t index = 0; index < kBatch; ++index) {
                out[index] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
                bits &= bits - 1;
            }
        }
        positions = end;
    }
};

void index_sse2(Indexing& chunk) {
    const __m128i delimiter = _mm_set1_epi8(chunk.delimiter);
    const __m128i quote = _mm_set1_epi8(chunk.quote);
    const __m128i newline = _mm_set1_epi8('\n');
    const __m128i json_quote = _mm_set1_epi8('"');
    const __m128i backslash = _mm_set1_epi8('\\');
    const __m128i control = _mm_set1_epi8(kLastControl);
    __m128i all = _mm_setzero_si128();
    __m128i quotes = _mm_setzero_si128();
    __m128i controls = _mm_setzero_si128();
    for (std::size_t at = 0; at < chunk.size; at += kBlock) {
        const char* const block = chunk.block(at);
        std::uint64_t structural = 0;
        std::uint64_t to_escape = 0;
        for (unsigned part = 0; part < 4; ++part) {
            __m128i bytes;
            std::memcpy(&bytes, block + 16 * part, sizeof bytes);
            const auto bits = [part](__m128i equal) {
                return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(equal))) << 16 * part;
            };
            const __m128i ends = _mm_cmpeq_epi8(bytes, newline);
            const __m128i opens = _mm_cmpeq_epi8(bytes, quote);
            const __m128i escaped =
                _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, json_quote), _mm_cmpeq_epi8(bytes, backslash)),
                             _mm_cmpeq_epi8(_mm_min_epu8(bytes, control), bytes));
            structural |= bits(_mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, delimiter), ends), opens));
            to_escape |= bits(escaped);
            all = _mm_or_si128(all, bytes);
            quotes = _mm_or_si128(quotes, opens);
            controls = _mm_or_si128(controls, _mm_andnot_si128(ends, escaped));
        }
        chunk.take(structural, to_escape, at);
    }
    chunk.beyond_ascii = _mm_movemask_epi8(all) != 0;
    chunk.quotes = _mm_movemask_epi8(quotes) != 0;
    chunk.controls = _mm_movemask_epi8(controls) != 0;
}

[[gnu::target("avx2,popcnt,bmi")]] void index_avx2(Indexing& chunk) {
    const __m256i delimiter = _mm256_set1_epi8(chunk.delimiter);
    const __m256i quote = _mm256_set1_epi8(chunk.quote);
    const __m256i newline = _mm256_set1_epi8('\n');
    const __m256i json_quote = _mm256_set1_epi8('"');
    const __m256i backslash = _mm256_set1_epi8('\\');
    const __m256i control = _mm256_set1_epi8(kLastControl);
    __m256i all = _mm256_setzero_si256();
    __m256i quotes = _mm256_setzero_si256();
    __m256i controls = _mm256_setzero_si256();
    for (std::size_t at = 0; at < chunk.size; at += kBlock) {
        const char* const block = chunk.block(at);
        std::uint64_t structural = 0;
        std::uint64_t to_escape = 0;
        for (unsigned part = 0; part < 2; ++part) {
            __m256i bytes;
            std::memcpy(&bytes, block + 32 * part, sizeof bytes);
            const __m256i ends = _mm256_cmpeq_epi8(bytes, newline);
            const __m256i opens = _mm256_cmpeq_epi8(bytes, quote);
            const __m256i escaped = _mm256_or_si256(
                _mm256_or_si256(_mm256_cmpeq_epi8(bytes, json_quote), _mm256_cmpeq_epi8(bytes, backslash)),
                _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, control), bytes));
            const __m256i cuts = _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(bytes, delimiter), ends), opens);
            structural |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(cuts))} << 32 * part;
            to_escape |= std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(escaped))} << 32 * part;
            all = _mm256_or_si256(all, bytes);
            quotes = _mm256_or_si256(quotes, opens);
            controls = _mm256_or_si256(controls, _mm256_andnot_si256(ends, escaped));
        }
        chunk.take(structural, to_escape, at);
    }
    chunk.beyond_ascii = _mm256_movemask_epi8(all) != 0;
    chunk.quotes = _mm256_movemask_epi8(quotes) != 0;
    chunk.controls = _mm256_movemask_epi8(controls) != 0;
}

bool has_avx2() {
    static const bool has = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi") != 0;
    return has;
}

}  // namespace

void CellIndex::build(const char* data, std::size_t size, const Dialect& dialect) {
    if (!positions_ || size > capacity_) {
        // Doubling, so that rows of growing lengths do not allocate each time.
        capacity_ = std::bit_ceil(std::max(size, kFirstCapacity));
        positions_ = std::make_unique_for_overwrite<std::uint32_t[]>(capacity_ + kBatch + 2);
        escapes_ = std::make_unique_for_overwrite<std::uint64_t[]>(capacity_ / kBlock + 1);
    }
    Indexing chunk{.data = data,
                   .size = size,
                   .delimiter = dialect.delimiter,
                   .quote = dialect.quote.value_or(dialect.delimiter),
                   .positions = positions_.get(),
                   .escapes = escapes_.get(),
                   .tail = {}};
    has_avx2() ? index_avx2(chunk) : index_sse2(chunk);
    chunk.positions[0] = chunk.positions[1] = static_cast<std::uint32_t>(size);
    if (size % kBlock == 0) escapes_[size / kBlock] = 0;
    ascii_ = !chunk.beyond_ascii;
    has_null_ = chunk.controls && std::memchr(data, '\0', size) != nullptr;
    plain_ = !chunk.controls && (!chunk.quotes || !dialect.quote);
}

bool CellIndex::has_escapes_between(std::uint32_t first, std::uint64_t from_begin, std::uint32_t last,
                                    std::uint64_t to_end) const noexcept {
    if ((escapes_[first] & from_begin) != 0) return true;
    for (std::uint32_t word = first + 1; word < last; ++word) {
        if (escapes_[word] != 0) return true;
    }
    return (escapes_[last] & to_end) != 0;
}

}  // namespace sluice::formats::csv
