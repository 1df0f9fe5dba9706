// The keys of one or several columns as small numbers: two rows have the same code exactly when their values are equal
// as keys. Columns that are joined share a domain, so matching rows is comparing codes.
//
// A text without escapes is its key as it stands. Of all other values (200, 200.0 and 2e2 are one key) each thread
// remembers what it has made of each spelling, so that most values are not looked into.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/native/shared_keys.hpp"
#include "rows/token.hpp"
#include "utils/byte_table.hpp"

namespace sluice {

using Code = std::uint32_t;
inline constexpr Code kNullCode = 0;

class KeyDomain {
public:
    explicit KeyDomain(int threads) : keys_(threads), own_(static_cast<std::size_t>(threads)) {}

    struct Encoded {
        std::optional<std::size_t> first_unkeyable;  // position of a number that cannot be a key
        std::vector<bool> spelled_as_integer;        // by position; empty where no key's text depends on it
    };
    // While the sources are read, from several threads at once, each with its own number. The codes of the values,
    // kNullCode for null and for a number that cannot be a key (its exponent is too long).
    [[nodiscard]] Encoded encode(int thread, std::span<const Token> values, std::span<Code> codes);

    // One thread, once, after all rows were seen; from here on only what follows.
    void finish();

    // With kNullCode, and with some codes that are no key's.
    [[nodiscard]] std::size_t code_count() const noexcept { return keys_.end(); }
    [[nodiscard]] std::string_view key(Code code) const { return keys_[code]; }
    void prefetch(Code code) const noexcept { keys_.prefetch(code); }
    // Whether no two keys have the same text (rows/key.hpp: key_text): they are all of one kind. Texts and numbers,
    // say, may look alike.
    [[nodiscard]] bool distinct_texts() const noexcept { return std::has_single_bit(kinds_) || kinds_ == 0; }
    // The codes of all keys, by key ascending. Sorted at the first call; one thread calls.
    [[nodiscard]] std::span<const Code> sorted(int threads);

private:
    // What a thread knows of a spelling.
    struct Meaning {
        Code code = kNullCode;
        bool integer = false;  // and the key's text depends on that
    };
    struct Own {
        ByteTable spellings;
        std::vector<Meaning> meanings;  // by a spelling's number - 1
        std::string key;                // scratch
        std::uint32_t kinds = 0;        // bit set of 1 << Kind
    };

    [[nodiscard]] Meaning meaning_of(int thread, const Token& value);

    SharedKeys keys_;
    std::vector<Own> own_;  // by thread; until finish()
    std::vector<Code> sorted_;
    std::uint32_t kinds_ = 0;  // bit set of 1 << Kind
};

}  // namespace sluice
