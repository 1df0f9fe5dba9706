#include "engine/native/key_domain.hpp"

#include <string>
#include <utility>

#include "rows/json_text.hpp"
#include "rows/key.hpp"

namespace sluice {

bool KeyDomain::can_be_key(const Token& number) {
    std::string key;
    return append_key(number, key);
}

void KeyDomain::merge() {
    std::string key;
    for (ByteTable& table : spellings_) {
        const ByteTable spellings = std::exchange(table, ByteTable());
        std::vector<Code>& codes = codes_.emplace_back(spellings.size() + 1, kNullCode);
        std::vector<bool>& integers = integer_spellings_.emplace_back(spellings.size() + 1, false);
        for (Code spelling = 1; spelling <= spellings.size(); ++spelling) {
            const Token token = token_of(spellings[spelling]);
            key.clear();
            static_cast<void>(append_key(token, key));  // spelling() let nothing in that cannot be a key
            codes[spelling] = keys_.add(key);
            if (token.kind == Kind::number && depends_on_spelling(key)) {
                spelling_matters_ = true;
                integers[spelling] = is_integer_form(token);
            }
        }
    }
}

}  // namespace sluice
