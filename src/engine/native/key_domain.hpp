// The keys of one or several columns as small numbers: two rows have the same code exactly when their values are equal
// as keys. Columns that are joined share a domain, so matching rows is comparing codes.
//
// While the sources are read each thread numbers the values as they are written, without looking into them; merge()
// then looks at each distinct spelling once and gives those that are equal as keys (200, 200.0, 2e2) one code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "rows/token.hpp"
#include "utils/byte_table.hpp"

namespace sluice {

using Code = std::uint32_t;
inline constexpr Code kNullCode = 0;

class KeyDomain {
public:
    explicit KeyDomain(int threads) : spellings_(static_cast<std::size_t>(threads)) {}

    // Before merge(). The thread's own numbers for the values, kNullCode for null. A number that cannot be a key (its
    // exponent is too long) counts as null; gives the position of the first of them.
    [[nodiscard]] std::optional<std::size_t> spell(int thread, std::span<const Token> values,
                                                   std::span<Code> spellings);

    // Once, after all rows were seen.
    void merge(int threads);

    // After merge(). The codes of a thread's spellings.
    [[nodiscard]] std::span<const Code> codes(int thread) const { return codes_[static_cast<std::size_t>(thread)]; }
    [[nodiscard]] std::size_t code_count() const noexcept { return keys_.size(); }  // with kNullCode
    [[nodiscard]] std::string_view key(Code code) const { return keys_[code]; }
    // All codes but kNullCode, by key ascending. Sorted at the first call; one thread calls.
    [[nodiscard]] std::span<const Code> sorted(int threads);
    // Whether some key's text depends on how rows wrote it; if so, who wrote it as an integer.
    [[nodiscard]] bool spelling_matters() const noexcept { return spelling_matters_; }
    [[nodiscard]] bool integer_spelling(int thread, Code spelling) const {
        return integer_spellings_[static_cast<std::size_t>(thread)][spelling];
    }

private:
    std::vector<ByteTable> spellings_;                  // by thread; freed by merge()
    std::vector<std::vector<Code>> codes_;              // by thread and spelling
    std::vector<std::vector<bool>> integer_spellings_;  // likewise
    std::vector<std::string_view> keys_;                // by code, in `arenas_`
    std::deque<ByteArena> arenas_;
    std::vector<Code> sorted_;
    bool spelling_matters_ = false;
};

}  // namespace sluice
