#include "config/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "config/characters.hpp"
#include "config/secret_words.hpp"
#include "utils/secret.hpp"

namespace sluice {
namespace {

constexpr std::size_t kShownWidth = 110;  // characters of a longer line that are shown
constexpr std::size_t kShownBefore = 60;  // of them before the caret
constexpr std::size_t kShownFaults = 100;
constexpr std::string_view kIndent = "    ";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

std::string_view line_of(std::string_view text, std::uint32_t line) {
    for (; line > 1; --line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    text = text.substr(0, text.find('\n'));
    if (text.ends_with('\r')) text.remove_suffix(1);
    return text;
}

// The offset of a character, counted from 0; the size of the text when it has fewer.
std::size_t offset_of(std::string_view text, std::size_t character) {
    for (std::size_t offset = 0; offset < text.size(); ++offset) {
        if (is_continuation(text[offset])) continue;
        if (character-- == 0) return offset;
    }
    return text.size();
}

// The line with a caret below the column; of a long line only what surrounds it. Nothing for a blank line.
std::string with_caret(std::string_view line, std::uint32_t column) {
    if (line.find_first_not_of(" \t") == std::string_view::npos) return {};
    const std::size_t caret = column - 1;
    const bool cut = caret > kShownBefore && offset_of(line, kShownWidth) < line.size();
    const std::size_t begin = offset_of(line, cut ? caret - kShownBefore : 0);
    const std::size_t end = begin + offset_of(line.substr(begin), kShownWidth);
    std::string pad = cut ? "   " : "";  // below "..."
    const std::string before = showable(line.substr(begin, offset_of(line, caret) - begin));
    for (std::string_view rest = before; !rest.empty();) {
        const Character character = first_character(rest);
        pad += character.code_point == '\t' ? "\t" : std::string(width(character.code_point), ' ');
        rest.remove_prefix(character.length);
    }
    return fmt::format("\n{0}{1}{2}{3}\n{0}{4}^", kIndent, cut ? "..." : "", showable(line.substr(begin, end - begin)),
                       end < line.size() ? "..." : "", pad);
}

// Replaces what is secret in a line, and moves the column of the caret with the text behind it.
std::string masked(std::string_view line, std::vector<CharacterRange> ranges, std::uint32_t& column) {
    std::ranges::sort(ranges, {}, &CharacterRange::begin);
    std::string result;
    std::size_t done = 0;  // characters
    std::uint32_t caret = column;
    for (const CharacterRange& range : ranges) {
        const std::size_t begin = std::max(range.begin, done);
        if (range.end <= begin) continue;
        const std::size_t from = offset_of(line, done);
        result += line.substr(from, offset_of(line, begin) - from);
        result += kMasked;
        done = range.end;
        constexpr std::uint32_t kLength = 3;
        if (column > range.end) {
            caret = caret + kLength - static_cast<std::uint32_t>(range.end - begin);
        } else if (column > begin) {
            caret = caret - static_cast<std::uint32_t>(column - 1 - begin);
        }
    }
    result += line.substr(offset_of(line, done));
    column = caret;
    return result;
}

// The part of a line that a secret takes.
void add_range(const SecretPlace& secret, const Location& place, std::vector<CharacterRange>& ranges) {
    if (!secret.literal || secret.start.file != place.file || place.line < secret.start.line ||
        place.line > secret.end.line)
        return;
    const std::size_t begin = place.line == secret.start.line ? secret.start.column - 1 : 0;
    const std::size_t end = place.line == secret.end.line ? secret.end.column - 1 : std::string::npos;
    ranges.push_back({begin, end});
}

}  // namespace

std::string Location::text() const { return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column); }

void Diagnostics::add(Location location, std::string message, std::string suggestion, std::string hint) {
    list_.push_back({std::move(location), std::move(message), std::move(suggestion), std::move(hint)});
}

void Diagnostics::warn(Location location, std::string message, std::string hint) {
    warnings_.push_back({std::move(location), std::move(message), {}, std::move(hint)});
}

void Diagnostics::remember_text(std::string file, std::string text) {
    texts_.emplace_back(std::move(file), std::move(text));
}

// The files in the order in which they were read, then the options of the command line in theirs.
std::vector<const Diagnostic*> Diagnostics::in_order(const std::vector<Diagnostic>& list) const {
    std::vector<const Diagnostic*> ordered;
    for (const Diagnostic& diagnostic : list) ordered.push_back(&diagnostic);
    const auto rank = [&](const Diagnostic* fault) {
        return std::ranges::find(texts_, fault->location.file, &std::pair<std::string, std::string>::first) -
               texts_.begin();
    };
    std::ranges::stable_sort(ordered, {}, [&](const Diagnostic* fault) {
        return std::tuple(rank(fault), fault->location.line, fault->location.column);
    });
    return ordered;
}

std::string Diagnostics::shown(const Diagnostic& diagnostic) const {
    std::string message = fmt::format("{}: {}", diagnostic.location.text(), diagnostic.message);
    if (!diagnostic.suggestion.empty()) message += fmt::format("; {}", diagnostic.suggestion);
    const auto text = std::ranges::find(texts_, diagnostic.location.file, &std::pair<std::string, std::string>::first);
    if (text != texts_.end() && diagnostic.location.column > 0) {
        const std::string_view line = line_of(text->second, diagnostic.location.line);
        std::vector<CharacterRange> ranges = secret_words(text->second, diagnostic.location.line);
        for (const SecretPlace& secret : hidden_) add_range(secret, diagnostic.location, ranges);
        std::uint32_t column = diagnostic.location.column;
        const std::string shown_line = masked(line, std::move(ranges), column);
        message += with_caret(shown_line, column);
    }
    if (!diagnostic.hint.empty()) message += fmt::format("\n{}{}", kIndent, diagnostic.hint);
    for (const std::string& secret : hidden_texts_) {
        for (std::size_t at = message.find(secret); at != std::string::npos; at = message.find(secret, at))
            message.replace(at, secret.size(), kMasked), at += std::string_view(kMasked).size();
    }
    return message;
}

std::vector<std::string> Diagnostics::warnings() const {
    std::vector<std::string> texts;
    for (const Diagnostic* warning : in_order(warnings_)) texts.push_back(shown(*warning));
    return texts;
}

Error Diagnostics::to_error() const {
    const std::vector<const Diagnostic*> ordered = in_order(list_);
    std::string message;
    for (const Diagnostic* fault : ordered) {
        if (fault == ordered[std::min(kShownFaults, ordered.size() - 1)] && ordered.size() > kShownFaults + 1) {
            message += fmt::format("\nand {} more", ordered.size() - kShownFaults);
            break;
        }
        if (!message.empty()) message += '\n';
        message += shown(*fault);
    }
    // What stands in the config may come into messages and hints as it is: names, paths.
    return config_error("config", showable_lines(message));
}

}  // namespace sluice
