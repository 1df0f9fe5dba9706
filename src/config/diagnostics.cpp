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

// A line with its secrets masked, and where its characters went.
class MaskedLine {
public:
    MaskedLine() = default;
    MaskedLine(std::string_view line, std::vector<CharacterRange> ranges);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    // Of the character that stood at `column` (from 1); of a masked one, where its mask starts.
    [[nodiscard]] std::uint32_t column(std::uint32_t column) const;

private:
    struct Mask {
        std::size_t begin = 0;  // characters of the line, from 0
        std::size_t end = 0;
        std::size_t shown_at = 0;  // characters of the text
    };
    static constexpr std::size_t kMaskLength = 3;
    std::string text_;
    std::vector<Mask> masks_;
};

MaskedLine::MaskedLine(std::string_view line, std::vector<CharacterRange> ranges) {
    std::ranges::sort(ranges, {}, &CharacterRange::begin);
    std::size_t done = 0;  // characters
    std::size_t byte = 0;  // where they end
    const auto walk_to = [&](std::size_t character) {
        const std::size_t from = byte;
        for (; byte < line.size() && (done < character || is_continuation(line[byte])); ++byte)
            done += is_continuation(line[byte]) ? 0U : 1U;
        return line.substr(from, byte - from);
    };
    std::size_t shown = 0;
    for (const CharacterRange& range : ranges) {
        const std::size_t begin = std::max(range.begin, done);
        if (range.end <= begin) continue;
        const std::size_t before = done;
        text_ += walk_to(begin);
        shown += done - before;
        masks_.push_back({.begin = done, .end = range.end, .shown_at = shown});
        text_ += kMasked;
        shown += kMaskLength;
        static_cast<void>(walk_to(range.end));
    }
    text_ += line.substr(byte);
}

std::uint32_t MaskedLine::column(std::uint32_t column) const {
    const std::size_t character = column - 1;
    const auto behind = std::ranges::upper_bound(masks_, character, {}, &Mask::begin);
    if (behind == masks_.begin()) return column;
    const Mask& mask = *std::prev(behind);
    const std::size_t shown = character < mask.end ? mask.shown_at : mask.shown_at + kMaskLength + character - mask.end;
    return static_cast<std::uint32_t>(shown + 1);
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

// Writes messages. Many faults of one line, which may be long, need that line once.
class Diagnostics::Printer {
public:
    explicit Printer(const Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    std::string shown(const Diagnostic& diagnostic);

private:
    const MaskedLine& line_at(const Location& place, const std::string& text);

    const Diagnostics& diagnostics_;
    MaskedLine line_;
    Location place_;  // of line_, with column 0
};

const MaskedLine& Diagnostics::Printer::line_at(const Location& place, const std::string& text) {
    const Location wanted{.file = place.file, .line = place.line, .column = 0};
    if (wanted == place_) return line_;
    std::vector<CharacterRange> ranges = secret_words(text, place.line);
    for (const SecretPlace& secret : diagnostics_.hidden_) add_range(secret, place, ranges);
    line_ = MaskedLine(line_of(text, place.line), std::move(ranges));
    place_ = wanted;
    return line_;
}

std::string Diagnostics::Printer::shown(const Diagnostic& diagnostic) {
    const Location& place = diagnostic.location;
    std::string message = fmt::format("{}: {}", place.text(), diagnostic.message);
    if (!diagnostic.suggestion.empty()) message += fmt::format("; {}", diagnostic.suggestion);
    const auto text = std::ranges::find(diagnostics_.texts_, place.file, &std::pair<std::string, std::string>::first);
    if (text != diagnostics_.texts_.end() && place.column > 0) {
        const MaskedLine& line = line_at(place, text->second);
        message += with_caret(line.text(), line.column(place.column));
    }
    if (!diagnostic.hint.empty()) message += fmt::format("\n{}{}", kIndent, diagnostic.hint);
    for (const std::string& secret : diagnostics_.hidden_texts_) {
        for (std::size_t at = message.find(secret); at != std::string::npos; at = message.find(secret, at)) {
            message.replace(at, secret.size(), kMasked);
            at += std::string_view(kMasked).size();
        }
    }
    return message;
}

std::vector<std::string> Diagnostics::warnings() const {
    Printer printer(*this);
    std::vector<std::string> texts;
    for (const Diagnostic* warning : in_order(warnings_)) texts.push_back(printer.shown(*warning));
    return texts;
}

Error Diagnostics::to_error() const {
    const std::vector<const Diagnostic*> ordered = in_order(list_);
    Printer printer(*this);
    std::string message;
    for (const Diagnostic* fault : ordered) {
        if (fault == ordered[std::min(kShownFaults, ordered.size() - 1)] && ordered.size() > kShownFaults + 1) {
            message += fmt::format("\nand {} more", ordered.size() - kShownFaults);
            break;
        }
        if (!message.empty()) message += '\n';
        message += printer.shown(*fault);
    }
    // What stands in the config may come into messages and hints as it is: names, paths.
    return config_error("config", showable_lines(message));
}

}  // namespace sluice
