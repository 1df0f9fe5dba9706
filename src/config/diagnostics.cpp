#include "config/diagnostics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "config/characters.hpp"

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

}  // namespace

std::string Location::text() const { return line == 0 ? file : fmt::format("{}:{}:{}", file, line, column); }

void Diagnostics::add(Location location, std::string message, std::string suggestion, std::string hint) {
    list_.push_back({std::move(location), std::move(message), std::move(suggestion), std::move(hint)});
}

void Diagnostics::remember_text(std::string file, std::string text) {
    texts_.emplace_back(std::move(file), std::move(text));
}

Error Diagnostics::to_error() const {
    std::vector<const Diagnostic*> ordered;
    for (const Diagnostic& diagnostic : list_) ordered.push_back(&diagnostic);
    // The file first, then the options of the command line in their order.
    const auto text_of = [&](const Diagnostic* fault) {
        return std::ranges::find(texts_, fault->location.file, &std::pair<std::string, std::string>::first);
    };
    std::ranges::stable_sort(ordered, {}, [&](const Diagnostic* fault) {
        return std::tuple(text_of(fault) - texts_.begin(), fault->location.line, fault->location.column);
    });

    std::string message;
    for (const Diagnostic* fault : ordered) {
        if (fault == ordered[std::min(kShownFaults, ordered.size() - 1)] && ordered.size() > kShownFaults + 1) {
            message += fmt::format("\nand {} more", ordered.size() - kShownFaults);
            break;
        }
        if (!message.empty()) message += '\n';
        message += fmt::format("{}: {}", fault->location.text(), fault->message);
        if (!fault->suggestion.empty()) message += fmt::format("; {}", fault->suggestion);
        const auto text = text_of(fault);
        if (text != texts_.end() && fault->location.column > 0) {
            message += with_caret(line_of(text->second, fault->location.line), fault->location.column);
        }
        if (!fault->hint.empty()) message += fmt::format("\n{}{}", kIndent, fault->hint);
    }
    return config_error("config", std::move(message));
}

}  // namespace sluice
