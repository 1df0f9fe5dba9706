#include "formats/scan/fault.hpp"

namespace sluice::formats {

std::string_view fault_code(Fault fault) {
    switch (fault) {
        case Fault::not_an_object:
            return "not_an_object";
        case Fault::truncated:
            return "truncated";
        case Fault::trailing_text:
            return "trailing_text";
        case Fault::unexpected_character:
            return "unexpected_character";
        case Fault::bad_literal:
            return "bad_literal";
        case Fault::bad_number:
            return "bad_number";
        case Fault::bad_escape:
            return "bad_escape";
        case Fault::lone_surrogate:
            return "lone_surrogate";
        case Fault::control_character:
            return "control_character";
        case Fault::bad_utf8:
            return "bad_utf8";
        case Fault::too_deep:
            return "too_deep";
        case Fault::too_long:
            return "too_long";
        case Fault::duplicate_key:
            return "duplicate_key";
        case Fault::bad_type:
            return "bad_type";
        case Fault::not_finite:
            return "not_finite";
        case Fault::bad_timestamp:
            return "bad_timestamp";
        case Fault::missing_cells:
            return "missing_cells";
        case Fault::extra_cells:
            return "extra_cells";
        case Fault::text_after_quote:
            return "text_after_quote";
        case Fault::unclosed_quote:
            return "unclosed_quote";
        case Fault::null_character:
            return "null_character";
        case Fault::failed_expectation:
            return "failed_expectation";
        case Fault::undeclared_column:
            return "undeclared_column";
    }
    return "unknown";
}

std::string_view fault_message(Fault fault) {
    switch (fault) {
        case Fault::not_an_object:
            return "the line is not a JSON object: each line must be one {...}";
        case Fault::truncated:
            return "the line ends inside its object: it was cut, or its writer is not done";
        case Fault::trailing_text:
            return "text follows the object: each line must be one {...} and nothing else";
        case Fault::unexpected_character:
            return "this is no JSON: a key, a value, ':', ',' or the end was expected here";
        case Fault::bad_literal:
            return "this word is no JSON value: true, false, null, a number or a quoted text was expected";
        case Fault::bad_number:
            return "this is no JSON number";
        case Fault::bad_escape:
            return "no such escape: after \\ comes one of \" \\ / b f n r t or u with four hex digits";
        case Fault::lone_surrogate:
            return "half a surrogate pair, which stands for no character";
        case Fault::control_character:
            return "a control character inside a text must be escaped";
        case Fault::bad_utf8:
            return "these bytes are not UTF-8";
        case Fault::too_deep:
            return "nested deeper than 1024 levels";
        case Fault::too_long:
            return "the line is longer than the limit";
        case Fault::duplicate_key:
            return "the key stands twice in the object";
        case Fault::bad_type:
            return "the value is not of the declared type";
        case Fault::not_finite:
            return "the value is NaN or infinite, which is no number";
        case Fault::bad_timestamp:
            return "the value is not a timestamp";
        case Fault::missing_cells:
            return "the row has fewer cells than the header";
        case Fault::extra_cells:
            return "the row has more cells than the header";
        case Fault::text_after_quote:
            return "text follows the closing quote: a delimiter or the line's end was expected; a quote inside a "
                   "quoted "
                   "cell is written twice";
        case Fault::unclosed_quote:
            return "the quote that opens here is not closed before the file ends";
        case Fault::null_character:
            return "a NUL byte stands for no character of text";
        case Fault::failed_expectation:
            return "the value is not what the config expects";
        case Fault::undeclared_column:
            return "the schema declares no such column, and `columns: strict` takes no other";
    }
    return "the line cannot be read";
}

}  // namespace sluice::formats
