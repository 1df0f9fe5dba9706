// The walk along one line's structural characters. What the index guarantees: the text is UTF-8; every text is closed
// on its line and holds no control character; between two positions there is one text, one run of other characters, or
// one bracket, colon or comma, and otherwise only white space. What is left for the walk: that the positions are in an
// order that makes an object, and that each number, word and escape is right. It says yes or no; fault.hpp says why
// not.
#include <array>
#include <cstring>

#include "formats/jsonl/block_parser.hpp"
#include "formats/jsonl/value_scan.hpp"

namespace sluice::formats::jsonl {

namespace {

// Just behind the last byte before `next` that is no white space.
const char* trimmed_end(const char* next) noexcept {
    while (is_white_space(next[-1])) --next;
    return next;
}

// Whether a number or word that ends at `end` is all that stands before the next position.
bool ends_cleanly(const char* end, const char* next) noexcept {
    return end != nullptr && (end == next || is_white_space(*end));
}

// The open brackets of one value, a bit each: set for an object.
class OpenBrackets {
public:
    [[nodiscard]] bool open(bool object) noexcept {
        if (depth_ == kMaxDepth - 1) return false;  // the line's own object is the first level
        const std::uint64_t bit = std::uint64_t{1} << (depth_ % 64);
        std::uint64_t& word = words_[depth_ / 64];
        word = object ? word | bit : word & ~bit;
        ++depth_;
        return true;
    }
    void close() noexcept { --depth_; }
    [[nodiscard]] bool empty() const noexcept { return depth_ == 0; }
    [[nodiscard]] bool in_object() const noexcept {
        return (words_[(depth_ - 1) / 64] >> ((depth_ - 1) % 64) & 1U) != 0;
    }

private:
    std::array<std::uint64_t, kMaxDepth / 64> words_{};
    std::size_t depth_ = 0;
};

}  // namespace

// Whether the closed text [begin, end), quotes included, has only good escapes, and whether it has any. Some backslash
// stands before `end`, perhaps before `begin`.
bool BlockParser::check_escapes(const char* begin, const char* end, bool& escaped) {
    const auto next_backslash = [this](const char* from) {
        const void* found = std::memchr(from, '\\', static_cast<std::size_t>(data_end_ - from));
        return found != nullptr ? static_cast<const char*>(found) : data_end_;
    };
    if (backslash_ < begin) backslash_ = next_backslash(begin);
    escaped = backslash_ < end;
    while (backslash_ < end) {
        const char* behind = escape_end(backslash_);
        if (behind == nullptr) return false;
        backslash_ = next_backslash(behind);
    }
    return true;
}

// The scalar or nested value at `at`; gives the position behind it, or nullptr. The caller's `value` must stay in
// registers: a Token that is stored byte by byte and then copied as words would wait for the stores each time.
[[gnu::always_inline]] inline const std::uint32_t* BlockParser::walk_value(const char* base, const std::uint32_t* at,
                                                                           std::uint32_t end, RowValue& value) {
    const char* begin = base + at[0];
    const char* next = base + at[1];
    const char* value_end = nullptr;
    bool escaped = false;
    value.data = begin;
    switch (*begin) {
        case '"':
            value_end = trimmed_end(next);
            value.kind = Kind::text;
            if (!check_text(begin, value_end, escaped)) return nullptr;
            break;
        case '{':
        case '[':
            value.kind = *begin == '{' ? Kind::object : Kind::array;
            at = walk_nested(base, at, end);
            if (at == nullptr) return nullptr;
            value_end = base + at[-1] + 1;
            --at;
            break;
        case 't':
        case 'f':
        case 'n':
            value_end = literal_end(begin);
            value.kind = *begin == 't' ? Kind::true_ : *begin == 'f' ? Kind::false_ : Kind::null;
            if (!ends_cleanly(value_end, next)) return nullptr;
            break;
        default:
            value_end = number_end(begin);
            value.kind = Kind::number;
            if (!ends_cleanly(value_end, next)) return nullptr;
    }
    value.size = static_cast<std::uint32_t>(value_end - begin);
    value.escaped = escaped;
    return at + 1;
}

// The array or object at `at`, with all that is in it.
const std::uint32_t* BlockParser::walk_nested(const char* base, const std::uint32_t* at, std::uint32_t end) {
    OpenBrackets brackets;
    bool escaped = false;
    const auto key_and_colon = [&]() {
        if (at[0] >= end || base[at[0]] != '"' || at[1] >= end || base[at[1]] != ':') return false;
        if (!check_text(base + at[0], trimmed_end(base + at[1]), escaped)) return false;
        at += 2;
        return true;
    };
    for (;;) {
        // A value starts here.
        if (*at >= end) return nullptr;
        const char first = base[*at];
        if (first == '{' || first == '[') {
            if (!brackets.open(first == '{')) return nullptr;
            ++at;
            if (*at >= end) return nullptr;
            const bool is_empty = base[*at] == (first == '{' ? '}' : ']');
            if (!is_empty) {
                if (first == '{' && !key_and_colon()) return nullptr;
                continue;
            }
        } else {
            RowValue scalar;
            at = walk_value(base, at, end, scalar);
            if (at == nullptr) return nullptr;
        }
        // A value has ended, or an empty container is about to.
        for (;;) {
            if (*at >= end) return nullptr;
            const char separator = base[*at];
            const bool in_object = brackets.in_object();
            ++at;
            if (separator == ',') {
                if (in_object && !key_and_colon()) return nullptr;
                break;
            }
            if (separator != (in_object ? '}' : ']')) return nullptr;
            brackets.close();
            if (brackets.empty()) return at;
        }
    }
}

// The line's object: every value goes to the builder. `end` is where the line ends. Gives the first position behind the
// line, or nullptr.
const std::uint32_t* BlockParser::walk_row(const char* base, const std::uint32_t* at, std::uint32_t end) {
    if (base[at[0]] != '{' || at[1] >= end) return nullptr;
    ++at;
    if (base[at[0]] == '}') return at[1] >= end ? at + 1 : nullptr;
    ColumnTable& columns = rows_.columns();
    for (;;) {
        if (base[at[0]] != '"' || at[1] >= end || base[at[1]] != ':' || at[2] >= end) return nullptr;
        const char* key = base + at[0];
        const ColumnId expected = previous_ == Column::kNone ? first_column_ : columns[previous_].next;
        ColumnId id = expected;
        if (expected == Column::kNone || !ColumnTable::is_expected(columns[expected], key, at[1] - at[0])) {
            const char* key_end = trimmed_end(base + at[1]);
            bool escaped = false;
            if (!check_text(key, key_end, escaped)) return nullptr;
            id = column_of({key, static_cast<std::size_t>(key_end - key)}, escaped);
            (previous_ == Column::kNone ? first_column_ : columns[previous_].next) = id;
        }
        previous_ = id;

        RowValue value;
        at = walk_value(base, at + 2, end, value);
        if (at == nullptr || at[0] >= end) return nullptr;
        rows_.take_value(id, key, value);
        const char separator = base[at[0]];
        ++at;
        if (separator == '}') return at[0] >= end ? at : nullptr;
        if (separator != ',' || at[0] >= end) return nullptr;
    }
}

}  // namespace sluice::formats::jsonl
