#include "formats/jsonl/expected_row.hpp"

#include <emmintrin.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "formats/jsonl/value_scan.hpp"

namespace sluice::formats::jsonl {

namespace {

constexpr std::uint32_t kVector = 16;  // bytes

__m128i load(const char* at) noexcept {
    __m128i bytes;
    std::memcpy(&bytes, at, sizeof bytes);
    return bytes;
}

std::uint32_t mask_of(__m128i bytes) noexcept { return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes)); }
std::uint32_t equal_bytes(__m128i left, __m128i right) noexcept { return mask_of(_mm_cmpeq_epi8(left, right)); }
std::uint32_t low_bits(std::uint32_t count) noexcept { return (1U << count) - 1; }

// Whether all `size` bytes at `at` are one number: of the common ones (digits, perhaps a sign and a fraction) without a
// branch for each digit. May read kVector bytes.
[[gnu::always_inline]] inline bool is_all_number(const char* at, std::uint32_t size) noexcept {
    if (size > kVector) return number_end(at) == at + size;
    const __m128i bytes = load(at);
    const __m128i values = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    const std::uint32_t all = low_bits(size);
    const std::uint32_t digits = equal_bytes(_mm_min_epu8(values, _mm_set1_epi8(9)), values) & all;
    const std::uint32_t dots = equal_bytes(bytes, _mm_set1_epi8('.')) & all;
    const std::uint32_t sign = *at == '-' ? 1 : 0;
    if ((digits | dots | sign) != all) return number_end(at) == at + size;  // an exponent, or no number
    const bool one_dot = (dots & (dots - 1)) == 0;
    const bool ends_in_digits = (digits >> sign & 1U) != 0 && (digits >> (size - 1) & 1U) != 0;
    const bool leading_zero = at[sign] == '0' && (digits >> (sign + 1) & 1U) != 0;
    return one_dot && ends_in_digits && !leading_zero;
}

constexpr std::uint8_t kNoValue = 0xFF;
// The Kind of the value that is all of the bytes [at, end), or kNoValue where something else stands there too. A text
// ends at its quote: between it and the next position there can be white space only.
[[gnu::always_inline]] inline std::uint8_t kind_of_all(const char* at, const char* end) noexcept {
    const auto kind_if = [](bool is, Kind kind) { return is ? static_cast<std::uint8_t>(kind) : kNoValue; };
    const char first = *at;
    if (first == '"') return kind_if(end[-1] == '"', Kind::text);
    if (first == '-' || is_digit(first))
        return kind_if(is_all_number(at, static_cast<std::uint32_t>(end - at)), Kind::number);
    if (literal_end(at) != end) return kNoValue;
    return static_cast<std::uint8_t>(first == 't' ? Kind::true_ : first == 'f' ? Kind::false_ : Kind::null);
}

}  // namespace

ExpectedRow::Lead ExpectedRow::lead_of(std::string_view text) {
    Lead lead;
    lead.size = static_cast<std::uint32_t>(text.size());
    text.copy(lead.head.data(), kHead);
    lead.masks = {low_bits(std::min(lead.size, kVector)),
                  low_bits(std::clamp(lead.size, kVector, 2 * kVector) - kVector)};
    if (text.size() > kHead) lead.rest = text.substr(kHead);
    return lead;
}

[[gnu::always_inline]] inline bool ExpectedRow::is_lead(const Lead& lead, const char* text,
                                                        std::uint32_t size) noexcept {
    if (size != lead.size) return false;
    const auto differs = [&](std::size_t half) {
        const std::size_t from = half * kVector;
        return (~equal_bytes(load(lead.head.data() + from), load(text + from)) & lead.masks[half]) != 0;
    };
    if (differs(0)) return false;
    if (size <= kVector) return true;
    return !differs(1) && (size <= kHead || std::memcmp(text + kHead, lead.rest.data(), size - kHead) == 0);
}

bool ExpectedRow::match_values(const char* base, const std::uint32_t* at) {
    std::uint32_t lead_begin = at[0];
    for (std::size_t index = 0; index < values_.size(); ++index) {
        const std::uint32_t begin = at[4 * index + 3];
        const std::uint32_t end = at[4 * index + 4];
        if (!is_lead(leads_[index], base + lead_begin, begin - lead_begin)) return false;
        Value& value = values_[index];
        const std::uint8_t kind = kind_of_all(base + begin, base + end);
        if (kind == kNoValue || (std::uint32_t{value.kinds} >> kind & 1U) == 0) return false;
        value.kind = static_cast<Kind>(kind);
        lead_begin = end;
    }
    const char* tail = base + lead_begin;
    return tail[0] == '}' && (tail_ == 2 ? tail[1] == '\n' : tail[1] == '\r' && tail[2] == '\n');
}

bool ExpectedRow::match(const char* base, std::uint32_t row, const std::uint32_t* at,
                        const std::uint32_t* positions_end) {
    const auto left = static_cast<std::size_t>(positions_end - at);
    if (left < positions() || at[0] != row || !match_values(base, at)) return false;
    learned_in_vain_ = 0;
    return true;
}

bool ExpectedRow::learn(const char* base, std::uint32_t row, const std::uint32_t* at, const std::uint32_t* behind,
                        ColumnId first, ColumnTable& columns) {
    if (learned_in_vain_ == kPatience) return false;
    ++learned_in_vain_;
    const auto count = static_cast<std::size_t>(behind - at);
    const char* close = base + behind[-1];
    tail_ = close[1] == '\r' ? 3 : 2;
    const bool has_shape = at[0] == row && count % 4 == 1 && count > 1 && count / 4 <= kMostValues;
    if (!has_shape || close[tail_ - 1] != '\n' || !learn_leads(base, at, behind, first, columns)) values_.clear();
    return true;
}

bool ExpectedRow::learn_leads(const char* base, const std::uint32_t* at, const std::uint32_t* behind, ColumnId first,
                              ColumnTable& columns) {
    values_.clear();
    leads_.clear();
    std::uint32_t lead_begin = at[0];
    for (ColumnId column = first; at + 1 < behind; at += 4) {
        const std::string_view lead(base + lead_begin, at[3] - lead_begin);
        const std::uint8_t kind = kind_of_all(base + at[3], base + at[4]);
        if (kind == kNoValue || lead.find('\\') != std::string_view::npos) return false;
        leads_.push_back(lead_of(lead));
        values_.push_back({.column = column, .kind = static_cast<Kind>(kind), .kinds = columns[column].kinds});
        lead_begin = at[4];
        column = columns[column].next;
    }
    return true;
}

}  // namespace sluice::formats::jsonl
