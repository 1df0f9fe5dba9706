// A strict reader of one line by the grammar of RFC 8259, a byte at a time, with a stack of its own instead of
// recursion. It runs only on lines that are already known to be bad, so it is written to be plain and not quick.
#include "formats/jsonl/diagnosis.hpp"

#include <string>
#include <vector>

#include "formats/scan/utf8.hpp"
#include "rows/json_text.hpp"
#include "rows/token.hpp"
#include "utils/hex.hpp"

namespace sluice::formats::jsonl {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

class Diagnosis {
public:
    explicit Diagnosis(std::string_view line) : line_(line) {}

    std::optional<RowFault> run() {
        if (read_line()) return std::nullopt;
        return found_;
    }

private:
    bool fail(Fault fault, std::size_t offset) {
        found_.fault = fault;
        found_.offset = offset;
        return false;
    }
    // What stands here is not what was expected.
    bool unexpected() {
        if (at_end()) return fail(Fault::truncated, line_.size());
        if (utf8_length(line_.substr(at_)) == 0) return fail(Fault::bad_utf8, at_);
        return fail(Fault::unexpected_character, at_);
    }

    [[nodiscard]] bool at_end() const { return at_ >= line_.size(); }
    [[nodiscard]] char peek() const { return at_end() ? '\0' : line_[at_]; }
    bool take(char c) {
        if (at_end() || line_[at_] != c) return false;
        ++at_;
        return true;
    }
    void skip_space() {
        while (!at_end() && is_space(line_[at_])) ++at_;
    }

    bool read_line() {
        skip_space();
        if (peek() != '{') {
            if (!at_end() && utf8_length(line_.substr(at_)) == 0) return fail(Fault::bad_utf8, at_);
            return fail(Fault::not_an_object, at_);
        }
        if (!read_container()) return false;
        skip_space();
        if (!at_end()) return fail(Fault::trailing_text, at_);
        return true;
    }

    // The object or array that starts here, with all that is in it.
    bool read_container() {
        do {
            if (!read_value_or_open()) return false;
            if (!close_and_continue()) return false;
        } while (!open_.empty());
        return true;
    }

    // Reads on to the end of a scalar or of an empty container; a container that has members is left open.
    bool read_value_or_open() {
        for (;;) {
            skip_space();
            const char c = peek();
            if (c != '{' && c != '[') return read_scalar();
            if (open_.size() == kMaxDepth) return fail(Fault::too_deep, at_);
            ++at_;
            open_.push_back(c);
            skip_space();
            if (peek() == (c == '{' ? '}' : ']')) return true;  // close_and_continue() takes it
            if (c == '{' && !read_key()) return false;
        }
    }

    // After a value: closes what ends here and goes on to the start of the next value, if there is one.
    bool close_and_continue() {
        while (!open_.empty()) {
            skip_space();
            const bool in_object = open_.back() == '{';
            if (take(in_object ? '}' : ']')) {
                open_.pop_back();
                continue;
            }
            if (open_.size() == 1) found_.column.clear();
            if (!take(',')) return unexpected();
            return in_object ? read_key() : true;
        }
        return true;
    }

    bool read_key() {
        skip_space();
        if (peek() != '"') return unexpected();
        const std::size_t begin = at_;
        if (!read_text()) return false;
        if (open_.size() == 1) {
            const Token key{line_.data() + begin, static_cast<std::uint32_t>(at_ - begin), Kind::text, true};
            found_.column.clear();
            append_decoded(key, found_.column);
        }
        skip_space();
        if (!take(':')) return unexpected();
        return true;
    }

    bool read_scalar() {
        const char c = peek();
        if (c == '"') return read_text();
        if (is_digit(c) || c == '-' || c == '+' || c == '.') return read_number();
        if (is_letter(c)) return read_literal();
        return unexpected();
    }

    bool read_literal() {
        const std::size_t begin = at_;
        while (!at_end() && (is_letter(line_[at_]) || is_digit(line_[at_]) || line_[at_] == '_')) ++at_;
        const std::string_view word = line_.substr(begin, at_ - begin);
        if (word == "true" || word == "false" || word == "null") return true;
        const bool cut =
            at_end() && (std::string_view("true").starts_with(word) || std::string_view("false").starts_with(word) ||
                         std::string_view("null").starts_with(word));
        return cut ? fail(Fault::truncated, at_) : fail(Fault::bad_literal, begin);
    }

    bool skip_digits() {
        const std::size_t begin = at_;
        while (is_digit(peek())) ++at_;
        return at_ > begin;
    }

    bool read_number() {
        const std::size_t begin = at_;
        take('-');
        if (take('0')) {
            if (is_digit(peek())) return fail(Fault::bad_number, begin);
        } else if (!skip_digits()) {
            return number_fault(begin);
        }
        if (take('.') && !skip_digits()) return number_fault(begin);
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!skip_digits()) return number_fault(begin);
        }
        // 1x, 1.2.3, 1-2: all one run of characters, so the number is what is wrong.
        const char next = peek();
        if (is_letter(next) || next == '.' || next == '+' || next == '-' || next == '_') {
            return fail(Fault::bad_number, begin);
        }
        return true;
    }
    bool number_fault(std::size_t begin) {
        return at_end() ? fail(Fault::truncated, line_.size()) : fail(Fault::bad_number, begin);
    }

    bool read_text() {
        ++at_;
        while (!at_end()) {
            const char c = line_[at_];
            if (c == '"') {
                ++at_;
                return true;
            }
            if (c == '\\') {
                if (!read_escape()) return false;
                continue;
            }
            if (static_cast<unsigned char>(c) < 0x20) return fail(Fault::control_character, at_);
            const std::size_t length = utf8_length(line_.substr(at_));
            if (length == 0) return fail(Fault::bad_utf8, at_);
            at_ += length;
        }
        return fail(Fault::truncated, line_.size());
    }

    bool read_escape() {
        const std::size_t begin = at_++;
        if (at_end()) return fail(Fault::truncated, line_.size());
        const char c = line_[at_++];
        if (c != 'u') {
            return std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos ? true
                                                                                    : fail(Fault::bad_escape, begin);
        }
        unsigned unit = 0;
        if (!read_unit(begin, unit)) return false;
        if (unit < 0xD800 || unit > 0xDFFF) return true;
        if (unit > 0xDBFF || !line_.substr(at_).starts_with("\\u")) {
            // A line cut inside the second half is cut; anything else leaves the first half alone.
            const bool cut = unit <= 0xDBFF && std::string_view("\\u").starts_with(line_.substr(at_));
            return cut ? fail(Fault::truncated, line_.size()) : fail(Fault::lone_surrogate, begin);
        }
        const std::size_t second_begin = at_;
        at_ += 2;
        unsigned second = 0;
        if (!read_unit(second_begin, second)) return false;
        return second >= 0xDC00 && second <= 0xDFFF ? true : fail(Fault::lone_surrogate, begin);
    }

    // Four hex digits.
    bool read_unit(std::size_t escape_begin, unsigned& unit) {
        for (int digit = 0; digit < 4; ++digit, ++at_) {
            if (at_end()) return fail(Fault::truncated, line_.size());
            const int value = hex_digit(line_[at_]);
            if (value < 0) return fail(Fault::bad_escape, escape_begin);
            unit = unit * 16 + static_cast<unsigned>(value);
        }
        return true;
    }

    std::string_view line_;
    std::size_t at_ = 0;
    std::vector<char> open_;  // the brackets that are open, outermost first
    RowFault found_;
};

}  // namespace

std::optional<RowFault> diagnose_syntax(std::string_view line) { return Diagnosis(line).run(); }

}  // namespace sluice::formats::jsonl
