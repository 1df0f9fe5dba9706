// Finds what looks like a secret in a line of a config that is shown in a message, by the words before it. The schema
// knows better (Diagnostics::hide), but not where the text is no YAML, or where a key is misspelt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice {

struct CharacterRange {
    std::size_t begin = 0;  // from 0, in characters
    std::size_t end = 0;    // exclusive
};

// A key such as password, API_TOKEN, aws_secret_access_key.
[[nodiscard]] bool is_secret_word(std::string_view key);

// The values of such keys in a line (counted from 1; 0 stands for a text of one line), and all values within a map
// whose key is `environment`, and the user of a URL. References to variables are no secrets.
[[nodiscard]] std::vector<CharacterRange> secret_words(std::string_view text, std::uint32_t line);

// "path=***" when a --set option gives a secret, or looks as if it did; else the option.
[[nodiscard]] std::string masked_set_option(std::string_view option);

}  // namespace sluice
