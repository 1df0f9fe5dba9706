#include "extractors/input_formats.hpp"

#include <algorithm>
#include <utility>

#include "engine/parquet/parquet_source.hpp"
#include "formats/csv/csv_format.hpp"
#include "formats/json/json_format.hpp"
#include "formats/jsonl/jsonl_format.hpp"

namespace sluice {

namespace {

Result<std::unique_ptr<ScannableSource>> open_json(std::vector<InputFile> files, formats::SourceSettings settings,
                                                   const InputOptions&) {
    return formats::FileSource::open(std::move(files), formats::json::json_format(), std::move(settings));
}

Result<std::unique_ptr<ScannableSource>> open_jsonl(std::vector<InputFile> files, formats::SourceSettings settings,
                                                    const InputOptions&) {
    return formats::FileSource::open(std::move(files), formats::jsonl::jsonl_format(), std::move(settings));
}

Result<std::unique_ptr<ScannableSource>> open_parquet_files(std::vector<InputFile> files,
                                                            formats::SourceSettings settings, const InputOptions&) {
    return open_parquet(std::move(files), std::move(settings));
}

Result<std::unique_ptr<ScannableSource>> open_csv(std::vector<InputFile> files, formats::SourceSettings settings,
                                                  const InputOptions& options) {
    TRY_ASSIGN(formats::InputSet inputs, formats::InputSet::open(std::move(files), settings.policy()));
    TRY_ASSIGN(auto format, formats::csv::csv_format(inputs, options.csv));
    return formats::FileSource::open(std::move(inputs), std::move(format), std::move(settings));
}

Result<std::unique_ptr<ScannableSource>> open_tsv(std::vector<InputFile> files, formats::SourceSettings settings,
                                                  const InputOptions& options) {
    InputOptions with_tabs = options;
    if (!with_tabs.csv.delimiter) with_tabs.csv.delimiter = '\t';
    return open_csv(std::move(files), std::move(settings), with_tabs);
}

}  // namespace

const std::vector<InputFormat>& input_formats() {
    static const std::vector<InputFormat> kFormats{
        {.name = "csv", .extensions = {".csv"}, .doc = "comma-separated values (RFC 4180)", .open = open_csv},
        {.name = "json", .extensions = {".json"}, .doc = "a JSON array of objects, or one object", .open = open_json},
        {.name = "jsonl",
         .extensions = {".jsonl", ".ndjson"},
         .doc = "JSON lines: a JSON object on each line",
         .open = open_jsonl},
        {.name = "parquet",
         .extensions = {".parquet"},
         .doc = "Apache Parquet, whose columns have types",
         .opens_files = true,
         .open = open_parquet_files},
        {.name = "tsv", .extensions = {".tsv"}, .doc = "as csv, with tabs", .open = open_tsv},
    };
    return kFormats;
}

std::string_view without_compression(std::string_view name) {
    for (const std::string_view extension : {".gz", ".zst"})
        if (name.ends_with(extension)) return name.substr(0, name.size() - extension.size());
    return name;
}

const InputFormat* format_of_name(std::string_view name) {
    name = without_compression(name);
    for (const InputFormat& format : input_formats())
        for (const std::string_view extension : format.extensions)
            if (name.ends_with(extension)) return &format;
    return nullptr;
}

Field format_field(std::string_view doc) {
    Field field;
    field.name = "format";
    field.doc = doc;
    for (const InputFormat& format : input_formats()) field.choices.push_back(format.name);
    return field;
}

const InputFormat* declared_format(const Section& section) {
    if (!section.has("format")) return nullptr;
    const std::string name = section.text("format");
    const auto& formats = input_formats();
    const auto found = std::ranges::find(formats, name, &InputFormat::name);
    return found == formats.end() ? nullptr : &*found;
}

}  // namespace sluice
