#include "engine/native/key_domain.hpp"

#include <algorithm>
#include <array>

#include "engine/native/sorted_keys.hpp"
#include "rows/key.hpp"

namespace sluice {
namespace {

constexpr std::size_t kStretchOfValues = 256;

bool is_its_key(const Token& value) { return value.kind == Kind::text && !value.escaped; }

}  // namespace

KeyDomain::Encoded KeyDomain::encode(int thread, std::span<const Token> values, std::span<Code> codes) {
    Encoded encoded;
    Own& own = own_[static_cast<std::size_t>(thread)];
    std::array<SplitKey, kStretchOfValues> texts;
    for (std::size_t begin = 0; begin < values.size(); begin += kStretchOfValues) {
        const std::size_t count = std::min(kStretchOfValues, values.size() - begin);
        bool others = false;
        bool any_text = false;
        for (std::size_t index = 0; index < count; ++index) {
            const Token& value = values[begin + index];
            const bool text = is_its_key(value);
            any_text |= text;
            others |= !text && !value.is_null();
            texts[index] = text ? SplitKey{kTextKey, {value.data + 1, value.size - 2}} : SplitKey{};
        }
        keys_.add_all(thread, std::span(texts).first(count), codes.subspan(begin, count));
        if (any_text) own.kinds |= 1U << static_cast<unsigned>(Kind::text);
        if (!others) continue;
        for (std::size_t position = begin; position < begin + count; ++position) {
            const Token& value = values[position];
            if (is_its_key(value) || value.is_null()) continue;
            const Meaning meaning = meaning_of(thread, value);
            codes[position] = meaning.code;
            if (meaning.code == kNullCode && !encoded.first_unkeyable) encoded.first_unkeyable = position;
            if (!meaning.integer) continue;
            encoded.spelled_as_integer.resize(values.size());
            encoded.spelled_as_integer[position] = true;
        }
    }
    return encoded;
}

KeyDomain::Meaning KeyDomain::meaning_of(int thread, const Token& value) {
    Own& own = own_[static_cast<std::size_t>(thread)];
    const std::uint32_t number = own.spellings.add(value.view());
    if (number <= own.meanings.size()) return own.meanings[number - 1];
    Meaning& meaning = own.meanings.emplace_back();
    own.kinds |= 1U << static_cast<unsigned>(value.kind);
    own.key.clear();
    if (!append_key(value, own.key)) return meaning;
    const SplitKey key{own.key.front(), std::string_view(own.key).substr(1)};
    keys_.add_all(thread, std::span(&key, 1), std::span(&meaning.code, 1));
    meaning.integer = value.kind == Kind::number && is_integer_form(value) && depends_on_spelling(own.key);
    return meaning;
}

void KeyDomain::finish() {
    for (const Own& own : own_) kinds_ |= own.kinds;
    own_ = std::vector<Own>();
    keys_.finish();
}

std::span<const Code> KeyDomain::sorted(int threads) {
    if (sorted_.empty())
        sorted_ = sort_keys(
            keys_.end(), [this](std::uint32_t number) { return keys_[number]; }, threads);
    return sorted_;
}

}  // namespace sluice
