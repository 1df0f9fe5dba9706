#include "extractors/file_extractor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "extractors/source_fields.hpp"
#include "io/input_file.hpp"
#include "io/standard_input.hpp"
#include "s3/s3_location.hpp"

namespace sluice {

namespace {

// Whether the path may be one.
bool check_path(const LocatedText& path, Diagnostics& diagnostics) {
    if (path.value.empty()) {
        diagnostics.add(path.location, "the path is empty", {}, "name a file, or a pattern such as logs/*.jsonl");
    } else if (path.value.find('\0') != std::string::npos) {
        diagnostics.add(path.location, "the path holds a NUL character");
    } else if (auto fault = fault_of_address(path.value)) {
        diagnostics.add(path.location, std::move(fault->message), {}, std::move(fault->hint));
    } else {
        return true;
    }
    return false;
}

// The format that all the names stand for; null where the files of a folder have to say it.
const InputFormat* format_of_paths(const std::vector<LocatedText>& paths, Diagnostics& diagnostics) {
    const InputFormat* common = nullptr;
    for (const LocatedText& path : paths) {
        const InputFormat* format = format_of_name(path.value);
        if (path.value == kStandardInput) {
            format = format_of_name(".jsonl");
        } else if (path.value.ends_with('/')) {
            continue;  // its files say it
        }
        if (format == nullptr) {
            diagnostics.add(path.location, fmt::format("the format of '{}' cannot be told from its name", path.value),
                            {},
                            "names of JSON lines end in .jsonl or .ndjson, with or without .gz or .zst behind; else "
                            "write `format: jsonl` beside the path (a folder's path ends with a slash)");
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

// `last_line` asks about a newline that a format without lines has not.
void check_last_line(const Section& section, const InputFormat* format, Diagnostics& diagnostics) {
    const bool unfit = format != nullptr && (format->opens_files || format->name == "json");
    if (!section.has("last_line") || !unfit) return;
    diagnostics.add(section.location("last_line"),
                    fmt::format("`last_line` is for formats of lines; this source is {}", format->name), {},
                    fmt::format("take it out: a {} file that was cut is found by its {}", format->name,
                                format->opens_files ? "footer, which stands at its end" : "closing bracket"));
}

}  // namespace

Schema FileExtractor::schema() {
    Schema schema{
        .type = kType,
        .doc = "Local files, read in the byte order of their paths. gzip and zstd are inflated.",
        .fields = {
            {.name = "path",
             .type = FieldType::text_list,
             .doc = "A file, a pattern such as logs/*.jsonl, a folder such as logs/, s3://BUCKET/KEY, `-`, or a list "
                    "of these.",
             .required = true,
             .details =
                 "Patterns have `*`, `?` and `[...]`. Of a folder the files directly in it are read whose names stand "
                 "for "
                 "the source's format, without hidden ones. `-` is standard input, kept in the temporary folder; one "
                 "source may read it. A key in S3 may be a pattern or a folder too ([S3](s3.md)). Files are read in "
                 "the byte order of their names, each once. What starts with `*` "
                 "or "
                 "is `-` needs quotes in YAML.",
             .example = "logs/*.jsonl"},
            format_field(
                "What the files hold; by default their extension says it, before .gz or .zst where they have that. "
                "Whether a file is compressed its content says."),
            types_field(),
            schema_field(),
            columns_field(),
            on_type_error_field(),
            drift_field(),
            max_bad_rows_field()}};
    std::ranges::move(FileInputs::fields(), std::back_inserter(schema.fields));
    std::ranges::move(csv_fields(), std::back_inserter(schema.fields));
    return schema;
}

std::unique_ptr<Extractor> FileExtractor::from_config(const ConfigItem& source, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto extractor = std::make_unique<FileExtractor>();
    extractor->name_ = source.name;
    extractor->place_ = source.section.location("path").text();
    extractor->types_ = declared_types(source.section, diagnostics);
    extractor->inputs_ = FileInputs::of(source.section, diagnostics);
    std::vector<LocatedText> named;
    extractor->on_drift_ = declared_drift(source.section);
    extractor->rules_ = column_rules(source.section, diagnostics);
    extractor->max_bad_rows_ = bad_row_limit(source.section, diagnostics);
    for (const LocatedText& path : source.section.texts("path"))
        if (check_path(path, diagnostics)) named.push_back(path);
    extractor->format_ =
        source.section.has("format") ? declared_format(source.section) : format_of_paths(named, diagnostics);
    extractor->options_ = input_options(source.section, extractor->format_, diagnostics);
    check_last_line(source.section, extractor->format_, diagnostics);
    if (extractor->format_ != nullptr && extractor->format_->opens_files)
        refuse_column_rules(source.section, extractor->format_->name, diagnostics);
    extractor->add_own_columns();
    return diagnostics.list().size() == before ? std::move(extractor) : nullptr;
}

// `file_name` and `file_line` add columns to those of a schema.
void FileExtractor::add_own_columns() {
    if (rules_.schema.empty()) return;
    for (const std::string& name : {inputs_.columns.name, inputs_.columns.line})
        if (!name.empty() && std::ranges::find(rules_.schema, name) == rules_.schema.end())
            rules_.schema.push_back(name);
}

bool FileExtractor::is_read(std::string_view name) const {
    const InputFormat* format = format_of_name(name);
    return format_ == nullptr ? format != nullptr : format == format_;
}

// Of a folder's files, where neither `format` nor a path says it.
Result<const InputFormat*> FileExtractor::format_of_files(const std::vector<InputPath>& found) const {
    if (format_ != nullptr) return format_;
    const InputFormat* common = nullptr;
    for (const InputPath& file : found) {
        const InputFormat* format = format_of_name(file.name);
        if (common != nullptr && format != common) {
            return config_error("several_formats",
                                fmt::format("'{}' is {} and '{}' is {}, but a source has one format: say `format: {}`",
                                            found.front().name, common->name, file.name, format->name, common->name));
        }
        common = format;
    }
    return common == nullptr ? format_of_name(".jsonl") : common;
}

Result<std::unique_ptr<ScannableSource>> FileExtractor::open(const ExtractorContext& context) {
    auto source = open_inputs(context);
    if (source || source.error().kind == ErrorKind::interrupted) return source;
    Error wider = source.error().within(fmt::format("source '{}'", name_));
    wider.message += fmt::format("\n  the path stands at {}", place_);
    if (!inputs_.paths.empty())
        wider.message += fmt::format("; it is looked for in '{}'",
                                     std::filesystem::absolute(context.base).lexically_normal().string());
    return wider;
}

Result<std::unique_ptr<ScannableSource>> FileExtractor::open_inputs(const ExtractorContext& context) {
    S3Inputs remote = inputs_.remote(context);
    TRY_ASSIGN(auto found, inputs_.find(
                               context, [this](std::string_view name) { return is_read(name); }, remote));
    TRY_ASSIGN(const InputFormat* format, format_of_files(found));
    if (format->opens_files && !context.row_rules.empty())
        return config_error("no_bad_rows", fmt::format("rows of {} cannot be put into quarantine, as `severity: "
                                                       "quarantine` in its `expect` says: use `fail` or `warn`",
                                                       format->name));
    TRY_ASSIGN(auto files, inputs_.open(std::move(found), format->opens_files, context, remote, remote_inputs_));
    return format->open(std::move(files),
                        {.name = name_,
                         .types = types_,
                         .rules = rules_,
                         .row_rules = context.row_rules,
                         .block_size = context.block_size,
                         .inputs = inputs_.policy,
                         .columns = inputs_.columns,
                         .temp_dir = context.temp_dir},
                        options_);
}

std::vector<std::filesystem::path> FileExtractor::files(const std::filesystem::path& base) const {
    std::vector<std::filesystem::path> files;
    const auto found = inputs_.find_local(base, [this](std::string_view name) { return is_read(name); });
    if (!found) return files;  // open() says why
    for (const InputPath& input : *found) files.push_back(input.path);
    return files;
}

}  // namespace sluice
