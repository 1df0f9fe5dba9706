// The formats that files and programs can be read in: one explicit list.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "formats/csv/dialect.hpp"
#include "formats/scan/file_source.hpp"
#include "io/input_file.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice {

// What a source declares of how its files are written.
struct InputOptions {
    formats::csv::Declared csv;
};

struct InputFormat {
    std::string_view name;                     // as `format:` says it
    std::vector<std::string_view> extensions;  // of file names, with the dot
    std::string_view doc;
    bool opens_files = false;  // a library reads them by their descriptors: no text, and all stay open
    // Opens files of this format as one source.
    Result<std::unique_ptr<ScannableSource>> (*open)(std::vector<InputFile> files, formats::SourceSettings settings,
                                                     const InputOptions& options);
};

// Alphabetical.
[[nodiscard]] const std::vector<InputFormat>& input_formats();
// The name without .gz or .zst at its end.
[[nodiscard]] std::string_view without_compression(std::string_view name);
// The format that a file's name stands for, .gz or .zst aside, or null if its extension says nothing.
[[nodiscard]] const InputFormat* format_of_name(std::string_view name);

// The field `format`. `doc` is a sentence or more; the formats' own docs follow it.
[[nodiscard]] Field format_field(std::string_view doc);
// The fields that say how a csv or tsv file is written.
[[nodiscard]] std::vector<Field> csv_fields();
// What they say. Adds a fault for each that is wrong, or beside a format that has no use for it; `format` may be null.
[[nodiscard]] InputOptions input_options(const Section& section, const InputFormat* format, Diagnostics& diagnostics);
// What `format` says, or null when it is absent.
[[nodiscard]] const InputFormat* declared_format(const Section& section);

}  // namespace sluice
