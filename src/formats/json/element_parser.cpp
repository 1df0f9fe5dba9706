#include "formats/json/element_parser.hpp"

#include <algorithm>

#include "formats/json/element_scanner.hpp"
#include "formats/jsonl/value_scan.hpp"

namespace sluice::formats::json {

namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && jsonl::is_white_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && jsonl::is_white_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string_view message_of(Fault fault) {
    switch (fault) {
        case Fault::not_an_object:
            return "this is not a JSON object: the file must be one array of objects, or one object";
        case Fault::truncated:
            return "the file ends before the array and its objects are closed: it was cut, or its writer is not done";
        case Fault::trailing_text:
            return "text follows where a comma or the end was expected: the file must be one array of objects, or one "
                   "object; if it has an object on each line, write `format: jsonl`";
        default:
            return fault_message(fault);
    }
}

}  // namespace

ElementParser::ElementParser(ColumnRegistry& registry, const RowSettings& settings)
    : BlockParser(registry, settings, message_of) {}

Result<> ElementParser::parse(const InputSet& inputs, const Chunk& chunk, Block& block) {
    start_chunk(inputs, chunk, block);
    const std::string_view text(chunk.data, chunk.size);
    const std::string_view document = trimmed(text);
    if (chunk.mended != nullptr) {
        if (!document.empty()) TRY(parse_alone(document));
    } else if (!chunk.starts_file) {
        TRY(parse_elements(text, 0, chunk));
    } else if (document.starts_with('[')) {
        TRY(parse_elements(text, text.find('[') + 1, chunk));
    } else if (!document.empty()) {
        TRY(parse_alone(document));
    }
    return end_chunk(chunk);
}

// Elements from `begin` on, which is behind the opening bracket or 0.
Result<> ElementParser::parse_elements(std::string_view text, std::size_t begin, const Chunk& chunk) {
    ElementScanner scanner(ElementScanner::Place::element);
    bool may_be_empty = begin > 0 || chunk.after_row;
    for (;; may_be_empty = false) {
        const std::size_t end = scanner.next_end(text, begin);
        if (end == ElementScanner::kNone) break;
        const std::string_view element = trimmed(text.substr(begin, end - 1 - begin));
        if (element.empty()) {
            refuse(text.substr(end - 1, 1), Fault::unexpected_character, 0);
        } else {
            TRY(parse_alone(element));
        }
        begin = end;
    }
    if (scanner.closed_at() == ElementScanner::kNone) {
        if (chunk.ends_file) refuse_cut(text, begin);
        return {};
    }
    return parse_last(text, begin, scanner.closed_at(), may_be_empty);
}

// The file's end, with the array not closed; the last comma is before `begin`.
void ElementParser::refuse_cut(std::string_view text, std::size_t begin) {
    const std::string_view element = trimmed(text.substr(begin));
    if (!element.empty()) return refuse(element, Fault::truncated, element.size());
    // There may be no byte left behind the comma or bracket, which may be in the chunk before: then it is about none.
    const char* last = text.data() + text.size() - 1;
    refuse({last, begin == text.size() ? 0U : 1U}, Fault::truncated, 1);
}

// The last element, the array's end, and what must not follow it.
Result<> ElementParser::parse_last(std::string_view text, std::size_t begin, std::size_t closed_at, bool may_be_empty) {
    const std::string_view element = trimmed(text.substr(begin, closed_at - begin));
    if (!element.empty()) {
        TRY(parse_alone(element));
    } else if (!may_be_empty) {
        refuse(text.substr(closed_at, 1), Fault::unexpected_character, 0);
    }
    const std::string_view rest = trimmed(text.substr(closed_at + 1));
    if (!rest.empty()) refuse(rest, Fault::trailing_text, 0);
    return {};
}

}  // namespace sluice::formats::json
