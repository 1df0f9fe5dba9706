#include "engine/native/key_domain.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/native/sorted_keys.hpp"
#include "rows/json_text.hpp"
#include "rows/key.hpp"
#include "utils/parallel.hpp"

namespace sluice {
namespace {

constexpr std::uint32_t kSafeNumber = 18;  // a shorter number has a shorter exponent
constexpr std::size_t kStretchOfValues = 256;

bool can_be_key(const Token& value) {
    if (value.kind != Kind::number || value.size <= kSafeNumber) return true;
    std::string key;
    return append_key(value, key);
}

// One thread's spellings with their keys, on the way to common codes.
struct SpelledKeys {
    std::vector<std::string_view> keys;   // by spelling - 1
    std::vector<std::uint64_t> hashes;    // likewise
    std::vector<bool> integer_spellings;  // by spelling
    bool spelling_matters = false;
};

SpelledKeys keys_of(const ByteTable& spellings, ByteArena& arena) {
    SpelledKeys spelled;
    spelled.keys.reserve(spellings.size());
    spelled.hashes.reserve(spellings.size());
    spelled.integer_spellings.resize(spellings.size() + std::size_t{1});
    std::string key;
    for (Code spelling = 1; spelling <= spellings.size(); ++spelling) {
        const Token token = token_of(spellings[spelling]);
        key.clear();
        static_cast<void>(append_key(token, key));  // spell() let nothing in that cannot be a key
        spelled.keys.emplace_back(arena.copy(key), key.size());
        spelled.hashes.push_back(hash_bytes(key));
        if (token.kind == Kind::number && depends_on_spelling(key)) {
            spelled.spelling_matters = true;
            spelled.integer_spellings[spelling] = is_integer_form(token);
        }
    }
    return spelled;
}

std::size_t partition_of(std::uint64_t hash, std::size_t partitions) {
    return static_cast<std::size_t>((hash >> 32U) * partitions >> 32U);
}

}  // namespace

std::optional<std::size_t> KeyDomain::spell(int thread, std::span<const Token> values, std::span<Code> spellings) {
    ByteTable& table = spellings_[static_cast<std::size_t>(thread)];
    std::optional<std::size_t> first_unkeyable;
    std::array<std::string_view, kStretchOfValues> strings;
    for (std::size_t begin = 0; begin < values.size(); begin += kStretchOfValues) {
        const std::size_t count = std::min(kStretchOfValues, values.size() - begin);
        for (std::size_t index = 0; index < count; ++index) {
            const Token& value = values[begin + index];
            strings[index] = value.is_null() ? std::string_view() : value.view();
            if (can_be_key(value)) continue;
            strings[index] = {};
            if (!first_unkeyable) first_unkeyable = begin + index;
        }
        table.add_all(std::span(strings).first(count), spellings.subspan(begin, count));
    }
    return first_unkeyable;
}

// Each thread's keys are made on a thread of their own; then each partition of the keys, cut by hash, is numbered on
// one.
void KeyDomain::merge(int threads) {
    const std::size_t tables = spellings_.size();
    std::vector<SpelledKeys> spelled(tables);
    arenas_.resize(tables);
    for_each_index(threads, tables, [&](std::size_t table) {
        const ByteTable own = std::exchange(spellings_[table], ByteTable());
        spelled[table] = keys_of(own, arenas_[table]);
    });

    codes_.resize(tables);
    for (std::size_t table = 0; table < tables; ++table) {
        codes_[table].assign(spelled[table].keys.size() + 1, kNullCode);
        spelling_matters_ = spelling_matters_ || spelled[table].spelling_matters;
        integer_spellings_.push_back(std::move(spelled[table].integer_spellings));
    }
    const auto partitions = static_cast<std::size_t>(std::max(threads, 1));
    std::vector<std::vector<std::string_view>> keys(partitions);
    for_each_index(threads, partitions, [&](std::size_t partition) {
        ByteTable numbers(ByteTable::Keeps::references);
        for (std::size_t table = 0; table < tables; ++table) {
            const SpelledKeys& own = spelled[table];
            for (std::size_t index = 0; index < own.keys.size(); ++index) {
                if (partition_of(own.hashes[index], partitions) != partition) continue;
                codes_[table][index + 1] = numbers.add(own.keys[index], own.hashes[index]);
            }
        }
        keys[partition] = numbers.strings();
    });

    std::vector<Code> before(partitions);
    keys_.emplace_back();  // of kNullCode
    for (std::size_t partition = 0; partition < partitions; ++partition) {
        before[partition] = static_cast<Code>(keys_.size() - 1);
        keys_.insert(keys_.end(), keys[partition].begin(), keys[partition].end());
    }
    if (partitions == 1) return;
    for_each_index(threads, tables, [&](std::size_t table) {
        for (std::size_t index = 0; index < spelled[table].hashes.size(); ++index) {
            codes_[table][index + 1] += before[partition_of(spelled[table].hashes[index], partitions)];
        }
    });
}

std::span<const Code> KeyDomain::sorted(int threads) {
    if (sorted_.empty()) sorted_ = sort_keys(keys_, threads);
    return sorted_;
}

}  // namespace sluice
