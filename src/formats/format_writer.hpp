// A format's writer: takes finished rows, gives bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "formats/byte_sink.hpp"
#include "formats/value_rendering.hpp"
#include "rows/row_stream.hpp"

namespace sluice {

struct WrittenRows {
    std::uint64_t rows = 0;
    std::vector<std::string> warnings = {};  // about values that the format cannot say as they are
};

// What a writer is told besides the rows.
struct WriteRequest {
    // NOLINTNEXTLINE(google-explicit-constructor): the usual request is a style and no more
    WriteRequest(ValueStyle value_style = {}) : style(value_style) {}

    ValueStyle style;
    bool crlf = false;            // lines of csv and tsv end with CR LF
    bool distinct_names = false;  // no two keys of a json_object have the same text: none is to be remembered
    // Where a key first stands in the input, for the message about two keys with one text; "" when that is not known.
    // May be empty.
    std::function<std::string(const Token& key)> place_of_key = {};
};

// Writes all of `rows` to `sink` in the stream's order. Fails with the stream's or the sink's error. For json_object
// two keys with the same text fail with kind data, code "same_key_text", a message naming both values as JSON and their
// places. For csv and tsv fail (kind data) a NUL character (code "null_character") and rows without columns (code
// "rows_without_columns").
[[nodiscard]] Result<WrittenRows> write_csv(RowStream& rows, const WriteRequest& request, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_json(RowStream& rows, const WriteRequest& request, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_jsonl(RowStream& rows, const WriteRequest& request, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_json_object(RowStream& rows, const WriteRequest& request, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_tsv(RowStream& rows, const WriteRequest& request, ByteSink& sink);

struct OutputFormat {
    std::string_view name;       // "csv", "json", "json_object", ...: as `format:` says it
    std::string_view extension;  // without the dot
    std::string_view doc;
    // Null for a format whose files are not written as a stream of bytes.
    Result<WrittenRows> (*write)(RowStream&, const WriteRequest&, ByteSink&);
};

// All formats that can be written, alphabetical.
[[nodiscard]] const std::vector<OutputFormat>& output_formats();

}  // namespace sluice
