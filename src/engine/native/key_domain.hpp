// The keys of one or several columns as small numbers: two rows have the same code exactly when their values are equal
// as keys. Columns that are joined share a domain, so matching rows is comparing codes.
//
// While the sources are read each thread numbers the values as they are written, without looking into them; merge()
// then looks at each distinct spelling once and gives those that are equal as keys (200, 200.0, 2e2) one code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "engine/native/byte_table.hpp"
#include "rows/token.hpp"

namespace sluice {

using Code = std::uint32_t;
inline constexpr Code kNullCode = 0;

class KeyDomain {
public:
    explicit KeyDomain(int threads) : spellings_(static_cast<std::size_t>(threads)) {}

    // Before merge(). The thread's own number for the value; nothing is done for other threads' numbers. kNullCode for
    // null. `keyable` turns false for a number that cannot be a key (its exponent is too long); its code is kNullCode
    // then.
    [[nodiscard]] Code spelling(int thread, const Token& token, bool& keyable) {
        if (token.is_null()) return kNullCode;
        if (token.kind == Kind::number && token.size > kSafeNumber && !can_be_key(token)) {
            keyable = false;
            return kNullCode;
        }
        return spellings_[static_cast<std::size_t>(thread)].add(token.view());
    }

    // Once, after all rows were seen.
    void merge();

    // After merge().
    [[nodiscard]] Code code(int thread, Code spelling) const {
        return codes_[static_cast<std::size_t>(thread)][spelling];
    }
    [[nodiscard]] std::size_t code_count() const noexcept { return std::size_t{keys_.size()} + 1; }  // with kNullCode
    [[nodiscard]] std::string_view key(Code code) const { return keys_[code]; }
    // Whether some key's text depends on how rows wrote it; if so, who wrote it as an integer.
    [[nodiscard]] bool spelling_matters() const noexcept { return spelling_matters_; }
    [[nodiscard]] bool integer_spelling(int thread, Code spelling) const {
        return integer_spellings_[static_cast<std::size_t>(thread)][spelling];
    }

private:
    static constexpr std::uint32_t kSafeNumber = 18;  // a shorter number has a shorter exponent
    [[nodiscard]] static bool can_be_key(const Token& number);

    std::vector<ByteTable> spellings_;      // by thread; freed by merge()
    std::vector<std::vector<Code>> codes_;  // by thread and spelling
    std::vector<std::vector<bool>> integer_spellings_;
    ByteTable keys_;
    bool spelling_matters_ = false;
};

}  // namespace sluice
