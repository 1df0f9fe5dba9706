#include "config/secret_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "config/diagnostics.hpp"
#include "utils/secret.hpp"

namespace sluice {
namespace {

constexpr std::array<std::string_view, 10> kWords{"password", "passwd",  "passphrase", "secret",      "token",
                                                  "apikey",   "api_key", "access_key", "private_key", "credential"};
constexpr std::string_view kMapOfSecrets = "environment";

bool in_key(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }
bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lower;
}

// From bytes to characters; the ends are first put in order, so that the line is walked once.
void count_characters(std::string_view line, std::vector<CharacterRange>& ranges) {
    std::vector<std::size_t*> ends;
    for (CharacterRange& range : ranges) {
        ends.push_back(&range.begin);
        ends.push_back(&range.end);
    }
    std::ranges::sort(ends, {}, [](const std::size_t* end) { return *end; });
    std::size_t byte = 0;
    std::size_t character = 0;
    for (std::size_t* end : ends) {
        for (; byte < *end && byte < line.size(); ++byte) character += is_continuation(line[byte]) ? 0U : 1U;
        *end = character;
    }
}

// Where a line starts that is counted from 1; nothing when the text has fewer.
std::optional<std::size_t> start_of(std::string_view text, std::uint32_t line) {
    std::size_t start = 0;
    for (; line > 1; --line) {
        start = text.find('\n', start);
        if (start == std::string_view::npos) return std::nullopt;
        ++start;
    }
    return start;
}

std::size_t indent_of(std::string_view line) { return std::min(line.find_first_not_of(" -"), line.size()); }

std::string_view first_key(std::string_view line) {
    line.remove_prefix(indent_of(line));
    const auto* end = std::ranges::find_if_not(line, in_key);
    return end != line.end() && *end == ':' ? line.substr(0, static_cast<std::size_t>(end - line.begin()))
                                            : std::string_view{};
}

// Whether a line above the one that starts at `start`, with less indentation, opens a map of secrets around it.
bool within_map_of_secrets(std::string_view text, std::size_t start) {
    std::size_t indent = indent_of(text.substr(start, text.find('\n', start) - start));
    while (start > 0 && indent > 0) {
        const std::size_t end = start - 1;
        start = end == 0 ? 0 : text.rfind('\n', end - 1) + 1;  // npos + 1 is 0
        const std::string_view line = text.substr(start, end - start);
        if (line.find_first_not_of(" \t\r") == std::string_view::npos || indent_of(line) >= indent) continue;
        indent = indent_of(line);
        if (first_key(line) == kMapOfSecrets) return true;
    }
    return false;
}

// Where a value that starts at `at` ends.
std::size_t end_of_value(std::string_view line, std::size_t at) {
    const char first = line[at];
    if (first == '"' || first == '\'') {
        for (std::size_t end = at + 1; end < line.size(); ++end) {
            const bool is_doubled = first == '\'' && line.substr(end).starts_with("''");
            if ((first == '"' && line[end] == '\\') || is_doubled) {
                ++end;
            } else if (line[end] == first) {
                return end + 1;
            }
        }
        return line.size();
    }
    const std::string_view value = line.substr(at, line.find_first_of(",}]", at) - at);
    return at + std::min(value.find(" #"), value.size());
}

bool is_reference(std::string_view value) {
    if (value.starts_with('"') || value.starts_with('\'')) value.remove_prefix(1);
    return value.starts_with("${") && value.find(":-") == std::string_view::npos;
}

// ${NAME} or ${file:PATH} and nothing else, so that no part of it is the secret itself.
bool is_bare_reference(std::string_view value) {
    if (!value.starts_with("${") || value.find('}') != value.size() - 1) return false;
    value = value.substr(2, value.size() - 3);
    if (value.starts_with("file:")) return true;
    return std::ranges::all_of(value, in_key);
}

bool is_map_of_secrets(std::string_view key) {
    const std::vector<std::string_view> names{kMapOfSecrets};
    return key == kMapOfSecrets || !nearest_name(key, names).empty();
}

// Whether a key on the path of a --set option stands for a secret, also when it is misspelt.
bool leads_to_secret(std::string_view path) {
    std::string_view key;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find_first_of(".[]", at), path.size());
        if (end > at) key = path.substr(at, end - at);
        if (is_map_of_secrets(key)) return true;
        at = end + 1;
    }
    return is_secret_word(key);
}

// Whether the value of a --set option is a list or map with a secret somewhere in it.
bool mentions_secret(std::string_view value) {
    if (!value.starts_with('{') && !value.starts_with('[')) return false;
    for (std::size_t at = 0; at < value.size();) {
        const auto* begin = std::ranges::find_if(value.substr(at), in_key);
        const std::size_t start = static_cast<std::size_t>(begin - value.begin());
        const auto* end = std::ranges::find_if_not(value.substr(start), in_key);
        const std::string_view word = value.substr(start, static_cast<std::size_t>(end - value.begin()) - start);
        if (is_map_of_secrets(word) || is_secret_word(word)) return true;
        at = start + word.size() + 1;
    }
    return false;
}

// The user and password of a URL: https://user:password@host.
void add_user_of_url(std::string_view line, std::vector<CharacterRange>& ranges) {
    constexpr std::string_view kStart = "://";
    for (std::size_t at = line.find(kStart); at != std::string_view::npos; at = line.find(kStart, at + 1)) {
        const std::size_t begin = at + kStart.size();
        const std::size_t end = line.find_first_of("/ \t\"',}", begin);
        const std::size_t sign = line.substr(begin, end - begin).rfind('@');
        if (sign != std::string_view::npos) ranges.push_back({begin, begin + sign});
    }
}

}  // namespace

bool is_secret_word(std::string_view key) {
    const std::string lower = lower_case(key);
    return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

std::vector<CharacterRange> secret_words(std::string_view text, std::uint32_t line_number) {
    const auto start = start_of(text, line_number);
    if (!start) return {};
    const std::string_view line = text.substr(*start, text.find('\n', *start) - *start);
    std::vector<CharacterRange> ranges;
    add_user_of_url(line, ranges);
    bool all_secret = within_map_of_secrets(text, *start);
    for (std::size_t at = 0; at < line.size();) {
        if (!in_key(line[at])) {
            if (line[at] == '}') all_secret = false;
            ++at;
            continue;
        }
        const auto* key_end = std::ranges::find_if_not(line.substr(at), in_key);
        const std::size_t end = static_cast<std::size_t>(key_end - line.begin());
        const std::string_view key = line.substr(at, end - at);
        at = end;
        std::size_t value = end;
        if (value < line.size() && (line[value] == '"' || line[value] == '\'')) ++value;
        if (value >= line.size() || (line[value] != ':' && line[value] != '=')) continue;
        value = line.find_first_not_of(" \t", value + 1);
        if (value == std::string_view::npos) break;
        if (key == kMapOfSecrets && line[value] == '{') {
            all_secret = true;
            at = value + 1;
            continue;
        }
        if (!all_secret && !is_secret_word(key)) continue;
        const std::size_t value_end = end_of_value(line, value);
        if (!is_reference(line.substr(value, value_end - value)) && value_end > value) {
            ranges.push_back({value, value_end});
        }
        at = std::max(value_end, end);
    }
    count_characters(line, ranges);
    return ranges;
}

std::string masked_set_option(std::string_view option) {
    const std::size_t end = std::min(option.find_first_of("= \t"), option.size());
    const std::string_view path = option.substr(0, end);
    const std::string_view value = option.substr(std::min(end + 1, option.size()));
    if (value.empty() || is_bare_reference(value)) return std::string(option);
    if (!leads_to_secret(path) && !mentions_secret(value)) return std::string(option);
    return std::string(path) + option[end] + kMasked;
}

}  // namespace sluice
