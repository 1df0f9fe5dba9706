#include "formats/value_rendering.hpp"

#include <charconv>
#include <cstring>
#include <system_error>

#include "rows/duration.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

bool is_time(Meaning meaning) { return meaning == Meaning::timestamp || meaning == Meaning::timestamp_ns; }

char* copy(std::string_view text, char* out) {
    std::memcpy(out, text.data(), text.size());
    return out + text.size();
}

// `text` is a JSON integer within 128 bits.
Nanoseconds parse_nanoseconds(std::string_view text) {
    std::int64_t small = 0;
    const char* const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, small).ec == std::errc()) return small;
    const bool negative = text.front() == '-';
    Nanoseconds value = 0;
    for (const char digit : text.substr(negative ? 1 : 0)) value = value * 10 + (digit - '0');
    return negative ? -value : value;
}

}  // namespace

ValueRendering::ValueRendering(const OutputColumn& column, ValueStyle style)
    : meaning_(column.meaning),
      style_(style),
      copies_(column.meaning == Meaning::value ||
              (is_time(column.meaning) && style.timestamps == TimestampStyle::iso)) {
    if (!copies_ && is_time(column.meaning)) times_ = TimeReader::of(column.notation).value();
}

void ValueRendering::append(const Token& token, std::string& out) const {
    if (token.kind == Kind::array || token.kind == Kind::object) {
        append_laid_out(token, out);
        return;
    }
    const std::size_t begin = out.size();
    out.resize(begin + token.size + room_beyond_token());
    const char* const end = write(token, out.data() + begin);
    out.resize(static_cast<std::size_t>(end - out.data()));
}

char* ValueRendering::write(const Token& token, char* out) const {
    if (token.is_null()) return copy("null", out);
    if (copies_) return copy(token.view(), out);
    if (meaning_ == Meaning::duration && token.kind == Kind::number) return write_duration(token, out);
    if (is_time(meaning_)) return write_epoch(token, out);
    return copy(token.view(), out);
}

char* ValueRendering::write_epoch(const Token& token, char* out) const {
    std::string scratch;
    const ParsedTime time = times_.read(token, true, scratch);
    if (time.fault != TimeFault::none) return copy(token.view(), out);
    return std::to_chars(out, out + kComputedSize, epoch_milliseconds(time.microseconds)).ptr;
}

char* ValueRendering::write_duration(const Token& token, char* out) const {
    const Nanoseconds value = parse_nanoseconds(token.view());
    if (style_.durations == DurationStyle::seconds) {
        std::string text;
        append_duration_seconds(value, text);
        return copy(text, out);
    }
    *out++ = '"';
    out = write_duration_text(value, out);
    *out++ = '"';
    return out;
}

}  // namespace sluice
