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
};

// Writes all of `rows` to `sink` in the stream's order. Fails with the stream's or the sink's error. For json_object two keys
// with the same text fail with kind data, code "same_key_text", a message naming both values as JSON and the two row numbers.
[[nodiscard]] Result<WrittenRows> write_json(RowStream& rows, ValueStyle style, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_jsonl(RowStream& rows, ValueStyle style, ByteSink& sink);
[[nodiscard]] Result<WrittenRows> write_json_object(RowStream& rows, ValueStyle style, ByteSink& sink);

struct OutputFormat {
    std::string_view name;       // "json", "json_object", "jsonl": as `format:` says it
    std::string_view extension;  // without the dot
    std::string_view doc;
    Result<WrittenRows> (*write)(RowStream&, ValueStyle, ByteSink&);
};

// All formats that can be written, alphabetical.
[[nodiscard]] const std::vector<OutputFormat>& output_formats();

}  // namespace sluice
