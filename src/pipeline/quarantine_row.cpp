#include "pipeline/quarantine_row.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>

#include "rows/json_text.hpp"
#include "utils/base64.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

using Json = nlohmann::json;

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

// Without the first bytes of a character that the cut parted from its others.
std::string_view without_cut_character(std::string_view text) {
    for (std::size_t cut = 0; cut < 4 && cut <= text.size(); ++cut) {
        const std::string_view shorter = text.substr(0, text.size() - cut);
        if (is_utf8(shorter)) return shorter;
    }
    return text;
}

void append_text(std::string_view name, std::string_view text, std::string& out) {
    fmt::format_to(std::back_inserter(out), ", \"{}\": ", name);
    append_quoted(text, out);
}

// Names and messages may quote bytes of the row that are no text.
std::string_view as_text(std::string_view text) { return is_utf8(text) ? text : std::string_view("?"); }

Error bad_line(std::string message) { return data_error("bad_quarantine_row", std::move(message)); }

Result<std::string> text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_string()) return bad_line(fmt::format("it has no text '{}'", key));
    return found->get<std::string>();
}

Result<std::uint64_t> number_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number_unsigned())
        return bad_line(fmt::format("it has no whole number '{}'", key));
    return found->get<std::uint64_t>();
}

Result<std::uint64_t> checksum_at(const Json& object) {
    TRY_ASSIGN(const std::string text, text_at(object, "checksum"));
    std::uint64_t checksum = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), checksum, 16);
    if (text.size() != 16 || parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
        return bad_line("its 'checksum' is not 16 hexadecimal digits");
    return checksum;
}

Result<std::string> raw_at(const Json& object) {
    if (object.contains("raw") && object.contains("raw_base64"))
        return bad_line("it has both 'raw' and 'raw_base64'; leave only the one that holds the row");
    if (!object.contains("raw_base64")) return text_at(object, "raw");
    TRY_ASSIGN(const std::string encoded, text_at(object, "raw_base64"));
    auto raw = from_base64(encoded);
    if (!raw) return bad_line("its 'raw_base64' is no base64; write the row as text in 'raw' instead of it");
    return std::move(*raw);
}

}  // namespace

void append_quarantine_row(std::string_view source, const Place& place, const KeptRow& row, const SecretMask& mask,
                           std::string& out) {
    out += "{\"source\": ";
    append_quoted(source, out);
    append_text("file", as_text(place.file), out);
    fmt::format_to(std::back_inserter(out), ", \"line\": {}, \"byte\": {}, \"length\": {}, \"fault\": {}", place.line,
                   row.byte, row.length, row.fault);
    append_text("code", row.code, out);
    append_text("message", row.message, out);
    std::string column(row.column);
    mask.apply_to_data(column);
    append_text("column", as_text(column), out);
    append_text("checksum", crc64nvme_text(row.checksum), out);
    const bool is_cut = row.text_length > row.raw.size();
    if (is_cut) fmt::format_to(std::back_inserter(out), ", \"raw_length\": {}", row.text_length);
    std::string raw(is_cut ? without_cut_character(row.raw) : row.raw);
    mask.apply_to_data(raw);
    if (!is_cut && raw != row.raw) out += ", \"masked\": true";
    if (is_utf8(raw))
        append_text("raw", raw, out);
    else
        append_text("raw_base64", base64(raw), out);
    out += "}\n";
}

Result<QuarantinedRow> parse_quarantine_row(std::string_view line) {
    const Json json = Json::parse(line, nullptr, false);
    if (!json.is_object()) return bad_line("it is not one JSON object");
    QuarantinedRow row;
    TRY_ASSIGN(row.source, text_at(json, "source"));
    TRY_ASSIGN(row.file, text_at(json, "file"));
    TRY_ASSIGN(row.byte, number_at(json, "byte"));
    TRY_ASSIGN(row.length, number_at(json, "length"));
    TRY_ASSIGN(row.checksum, checksum_at(json));
    TRY_ASSIGN(std::string raw, raw_at(json));
    if (!json.contains("raw_length") && !json.contains("masked")) row.raw = std::move(raw);
    return row;
}

}  // namespace sluice
