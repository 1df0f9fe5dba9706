#include "extractors/file_extractor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "extractors/source_fields.hpp"
#include "io/input_file.hpp"
#include "io/input_paths.hpp"

namespace sluice {

namespace {

void check_path(const LocatedText& path, Diagnostics& diagnostics) {
    if (path.value.empty()) {
        diagnostics.add(path.location, "the path is empty", {}, "name a file, or a pattern such as logs/*.jsonl");
    } else if (path.value.find('\0') != std::string::npos) {
        diagnostics.add(path.location, "the path holds a NUL character");
    }
}

// The format that all the names stand for.
const InputFormat* format_of_paths(const std::vector<LocatedText>& paths, Diagnostics& diagnostics) {
    const InputFormat* common = nullptr;
    for (const LocatedText& path : paths) {
        const InputFormat* format = format_of_name(path.value);
        if (format == nullptr) {
            diagnostics.add(path.location, fmt::format("the format of '{}' cannot be told from its name", path.value),
                            {},
                            "names of JSON lines end in .jsonl or .ndjson, with or without .gz or .zst behind; else "
                            "write `format: jsonl` beside the path");
        } else if (common != nullptr && format != common) {
            diagnostics.add(
                path.location,
                fmt::format("'{}' is {}, but the path before it is {}", path.value, format->name, common->name), {},
                "a source has one format: make two sources, or say `format:`");
        } else {
            common = format;
        }
    }
    return common;
}

}  // namespace

Schema FileExtractor::schema() {
    Schema schema{
        .type = kType,
        .doc = "Local files, read in the byte order of their paths. gzip and zstd are inflated.",
        .fields = {
            {.name = "path",
             .type = FieldType::text_list,
             .doc = "A file, a pattern such as logs/*.jsonl, or a list of these.",
             .required = true,
             .details =
                 "Patterns have `*`, `?` and `[...]`. Files are read in the byte order of their names, each once. "
                 "What starts with `*` needs quotes in YAML.",
             .example = "logs/*.jsonl"},
            format_field(
                "What the files hold; by default their extension says it, before .gz or .zst where they have that. "
                "Whether a file is compressed its content says."),
            types_field(),
            max_bad_rows_field()}};
    std::ranges::move(csv_fields(), std::back_inserter(schema.fields));
    return schema;
}

std::unique_ptr<Extractor> FileExtractor::from_config(const ConfigItem& source, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto extractor = std::make_unique<FileExtractor>();
    extractor->name_ = source.name;
    extractor->place_ = source.section.location("path").text();
    extractor->types_ = declared_types(source.section, diagnostics);
    std::vector<LocatedText> named;
    extractor->max_bad_rows_ = bad_row_limit(source.section, diagnostics);
    for (const LocatedText& path : source.section.texts("path")) {
        check_path(path, diagnostics);
        if (!path.value.empty()) named.push_back(path);
        extractor->paths_.push_back(path.value);
    }
    extractor->format_ =
        source.section.has("format") ? declared_format(source.section) : format_of_paths(named, diagnostics);
    extractor->options_ = input_options(source.section, extractor->format_, diagnostics);
    return diagnostics.list().size() == before ? std::move(extractor) : nullptr;
}

Result<std::unique_ptr<ScannableSource>> FileExtractor::open(const ExtractorContext& context) {
    const auto in_source = [this, &context](const Error& error) {
        Error wider = error.within(fmt::format("source '{}'", name_));
        wider.message += fmt::format("\n  the path stands at {}; it is looked for in '{}'", place_,
                                     std::filesystem::absolute(context.base).lexically_normal().string());
        return wider;
    };
    auto inputs = find_inputs(context.base, paths_);
    if (!inputs) return in_source(inputs.error());
    std::vector<InputFile> files;
    for (InputPath& input : *inputs) {
        auto file = InputFile::open(input.path, std::move(input.name));
        if (!file) return in_source(file.error());
        files.push_back(std::move(*file));
    }
    auto source =
        format_->open(std::move(files), {.name = name_, .types = types_, .block_size = context.block_size}, options_);
    if (!source) return in_source(source.error());
    return source;
}

std::vector<std::filesystem::path> FileExtractor::files(const std::filesystem::path& base) const {
    std::vector<std::filesystem::path> files;
    const auto inputs = find_inputs(base, paths_);
    if (!inputs) return files;  // open() says why
    for (const InputPath& input : *inputs) files.push_back(input.path);
    return files;
}

}  // namespace sluice
