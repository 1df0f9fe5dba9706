#include "config/outputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>

#include "config/references.hpp"
#include "config/validation.hpp"
#include "utils/lower_case.hpp"

namespace sluice {
namespace {

using Formats = std::vector<std::pair<std::string, std::string>>;

// What a file's last extension says of how it is compressed.
struct CompressedName {
    std::string_view extension;
    std::string_view compression;
};
constexpr std::array<CompressedName, 2> kCompressedNames{{{".gz", "gzip"}, {".zst", "zstd"}}};

constexpr std::int64_t kMostLevel = 19;           // of any method
constexpr std::string_view kParquet = "parquet";  // compresses by itself, inside

const CompressedName* compressed_name(std::string_view file) {
    const auto found = std::ranges::find_if(kCompressedNames,
                                            [&](const CompressedName& name) { return file.ends_with(name.extension); });
    return found == kCompressedNames.end() ? nullptr : &*found;
}

// Why a file may not be written there, or nothing. `file` is already normal.
std::optional<std::string> fault_of_file(const std::string& written, const std::filesystem::path& file) {
    const std::string name = file.generic_string();
    if (std::ranges::any_of(written, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
        return "has a control character in its name";
    if (file.is_absolute()) return "is an absolute path";
    const std::filesystem::path path(written);
    if (std::find(path.begin(), path.end(), "..") != path.end()) return "leads out of its destination with '..'";
    if (name.empty() || name == "." || written.ends_with('/') || written.ends_with("/."))
        return "names a folder, not a file";
    if (*file.begin() == ".sluice") return "lies in .sluice, which is Sluice's own";
    if (name == "manifest.json") return "is the manifest, which Sluice writes itself";
    return std::nullopt;
}

class OutputReader {
public:
    OutputReader(const Loading& loading, const Names& relations, const Names& destination_names,
                 const std::vector<DestinationItem>& destinations)
        : loading_(loading),
          diagnostics_(loading.diagnostics),
          relations_(relations),
          destination_names_(destination_names),
          destinations_(destinations),
          fields_(output_fields(formats())) {}

    std::vector<OutputSpec> read(const std::vector<Tree>& items);

private:
    const Formats& formats() const { return loading_.document->schemas.formats; }
    std::optional<OutputSpec> read_item(const Tree& item);
    bool may_choose_file(const Section& section) const;
    void choose_format_and_file(const Section& section, OutputSpec& spec);
    std::optional<std::string> format_of(const std::string& file) const;
    void choose_destinations(const Section& section, OutputSpec& spec);
    void read_line_ends(const Section& section, OutputSpec& spec);
    void read_compression(const Section& section, OutputSpec& spec);
    void read_level(const Section& section, OutputSpec& spec);
    void read_partitions(const Section& section, OutputSpec& spec);
    void check_places(const std::vector<OutputSpec>& outputs);

    const Loading& loading_;
    Diagnostics& diagnostics_;
    const Names& relations_;
    const Names& destination_names_;
    const std::vector<DestinationItem>& destinations_;
    std::vector<Field> fields_;
};

std::vector<OutputSpec> OutputReader::read(const std::vector<Tree>& items) {
    std::vector<OutputSpec> outputs;
    for (const Tree& item : items) {
        if (auto spec = read_item(item)) outputs.push_back(std::move(*spec));
    }
    Names names;
    names.add(loading_, "outputs");
    names.check_unique("outputs", "give each a `name` (it defaults to `from`)", diagnostics_);
    check_places(outputs);
    return outputs;
}

std::optional<OutputSpec> OutputReader::read_item(const Tree& item) {
    const std::size_t before = diagnostics_.list().size();
    if (item.faulty()) return std::nullopt;
    if (!item.is_map()) {
        diagnostics_.add(item.location(), fmt::format("an output must be a map, not {}", item.kind_name()));
        return std::nullopt;
    }
    const Tree* name = item_name(item, "outputs");
    validate(item, fields_, name == nullptr ? "output" : fmt::format("output {}", in_quotes(name->text())),
             diagnostics_);
    const Section section = SectionReader::make(loading_.root(), item, fields_);
    OutputSpec spec;
    spec.name = name == nullptr ? std::string{} : name->text();
    spec.location = item.location();
    const Tree* from = section.node("from");
    if (from != nullptr && from->is_scalar() && !from->faulty()) {
        spec.from = {from->text(), from->location()};
        check_reference(spec.from, relations_, "source or step", diagnostics_);
    }
    choose_destinations(section, spec);
    if (may_choose_file(section)) choose_format_and_file(section, spec);
    read_compression(section, spec);
    read_partitions(section, spec);
    spec.sha256 = section.text("checksum") == "sha256";
    spec.timestamps = section.text("timestamps");
    spec.durations = section.text("durations");
    read_line_ends(section, spec);
    const bool good = diagnostics_.list().size() == before && !item.holds_fault();
    return good ? std::optional(std::move(spec)) : std::nullopt;
}

// Whether what `file`, `format` and `from` say is of the right type: otherwise their fault is reported already.
bool OutputReader::may_choose_file(const Section& section) const {
    for (const std::string_view field : {"file", "format", "from"}) {
        const Tree* value = section.node(field);
        if (value != nullptr && (!value->is_scalar() || value->faulty() || value->text().empty())) return false;
    }
    const std::string format = section.text("format");
    const bool known = std::ranges::find(formats(), format, &Formats::value_type::first) != formats().end();
    return section.has("from") && (format.empty() || known);
}

// Each defaults to what the other says.
void OutputReader::choose_format_and_file(const Section& section, OutputSpec& spec) {
    std::string written = section.text("file");
    std::string format = section.text("format");
    const bool has_file = section.has("file");
    spec.file.location = has_file ? section.location("file") : spec.from.location;
    spec.format.location = section.has("format") ? section.location("format") : spec.file.location;
    std::vector<std::string_view> names;
    for (const auto& [name, extension] : formats()) names.push_back(name);
    if (format.empty() && !has_file) {
        diagnostics_.add(spec.location, fmt::format("output {} has neither `file` nor `format`", in_quotes(spec.name)),
                         {}, fmt::format("name a format; {}", allowed_hint(names)));
        return;
    }
    if (format.empty()) {
        const auto of_extension = format_of(written);
        if (!of_extension) {
            diagnostics_.add(spec.file.location, fmt::format("no format has the extension of {}", in_quotes(written)),
                             {}, fmt::format("add `format`; {}", allowed_hint(names)));
            return;
        }
        format = *of_extension;
    }
    if (!has_file) {
        const auto known = std::ranges::find(formats(), format, &Formats::value_type::first);
        written = fmt::format("{}.{}", spec.from.value, known == formats().end() ? format : known->second);
        const auto compressed =
            std::ranges::find(kCompressedNames, section.text("compression"), &CompressedName::compression);
        if (compressed != kCompressedNames.end() && format != kParquet) written += compressed->extension;
    }
    const std::filesystem::path file = std::filesystem::path(written).lexically_normal();
    if (const auto fault = fault_of_file(written, file)) {
        diagnostics_.add(spec.file.location, fmt::format("file {} {}", in_quotes(written), *fault), {},
                         "a file is a relative path below its destination, such as reports/daily.json");
        return;
    }
    spec.file.value = file.generic_string();
    spec.format.value = std::move(format);
}

// A format called like the extension comes before others that share it (json before json_object). It stands before the
// extension of a compressed file.
std::optional<std::string> OutputReader::format_of(const std::string& file) const {
    std::filesystem::path path(file);
    if (compressed_name(file) != nullptr) path.replace_extension();
    const std::string extension = path.extension().string();
    if (extension.size() < 2) return std::nullopt;
    std::optional<std::string> found;
    for (const auto& [name, of_format] : formats()) {
        if (of_format != extension.substr(1)) continue;
        if (!found || name == of_format) found = name;
    }
    return found;
}

void OutputReader::choose_destinations(const Section& section, OutputSpec& spec) {
    const std::vector<LocatedText> names = section.texts("to");
    for (const LocatedText& name : names) check_reference(name, destination_names_, "destination", diagnostics_);
    for (std::size_t i = 0; i < destinations_.size(); ++i) {
        const bool chosen = std::ranges::find(names, destinations_[i].name, &LocatedText::value) != names.end();
        if (chosen || !section.has("to")) spec.destinations.push_back(i);
    }
}

void OutputReader::read_line_ends(const Section& section, OutputSpec& spec) {
    spec.crlf = section.text("line_ends") == "crlf";
    const std::string& format = spec.format.value;
    if (!section.has("line_ends") || format.empty() || format == "csv" || format == "tsv") return;
    diagnostics_.add(section.location("line_ends"),
                     fmt::format("`line_ends` is for csv and tsv; output {} is {}", in_quotes(spec.name), format));
}

// The file's extension decides where nothing is said, and may not say something else.
void OutputReader::read_compression(const Section& section, OutputSpec& spec) {
    const CompressedName* of_file = compressed_name(spec.file.value);
    const bool said = section.has("compression");
    const std::string name(said || of_file == nullptr ? section.text("compression") : of_file->compression);
    if (said && of_file != nullptr && name != of_file->compression) {
        diagnostics_.add(section.location("compression"),
                         fmt::format("`compression: {}` for the file {}, whose name says {}", name,
                                     in_quotes(spec.file.value), of_file->compression),
                         {}, "leave `compression` out, or give the file another extension");
    }
    const bool parquet = spec.format.value == kParquet;
    if (parquet && of_file != nullptr) {
        diagnostics_.add(
            spec.file.location,
            fmt::format("a Parquet file is compressed inside, so {} is no name for one", in_quotes(spec.file.value)),
            {}, "leave the last extension out; `compression` says how its pages are compressed");
    }
    spec.compression.method = parquet && !said ? Compression::zstd : compression_named(name);
    read_level(section, spec);
}

void OutputReader::read_level(const Section& section, OutputSpec& spec) {
    const auto levels = compression_levels(spec.compression.method);
    spec.compression.level = levels.usual;
    if (!section.has("compression_level")) return;
    const std::int64_t level = section.integer("compression_level");
    const Location place = section.location("compression_level");
    if (spec.compression.method == Compression::none) {
        diagnostics_.add(place, fmt::format("output {} is not compressed", in_quotes(spec.name)), {},
                         "add `compression: gzip` or `compression: zstd`");
    } else if (spec.compression.method == Compression::gzip && spec.format.value == kParquet) {
        diagnostics_.add(place, "gzip inside a Parquet file has no level to choose", {},
                         "leave `compression_level` out, or choose zstd");
    } else if (level > levels.most && level <= kMostLevel) {
        diagnostics_.add(place,
                         fmt::format("{} has the levels {} to {}, not {}", compression_name(spec.compression.method),
                                     levels.least, levels.most, level));
    } else {  // beyond kMostLevel: the field's own limits say so
        spec.compression.level = static_cast<int>(level);
    }
}

void OutputReader::read_partitions(const Section& section, OutputSpec& spec) {
    spec.partition_by = section.texts("partition_by");
    for (auto column = spec.partition_by.begin(); column != spec.partition_by.end(); ++column) {
        const auto other = std::find_if(spec.partition_by.begin(), column, [&](const LocatedText& one) {
            return in_lower_case(one.value) == in_lower_case(column->value);
        });
        if (other == column) continue;
        if (other->value == column->value)
            diagnostics_.add(column->location, fmt::format("`partition_by` names {} twice", in_quotes(column->value)));
        else
            diagnostics_.add(
                column->location,
                fmt::format("`partition_by` names {} and {}, which readers of such folders take for one column",
                            in_quotes(other->value), in_quotes(column->value)),
                {}, "rename one of them before, with a `rename` or a `select`");
    }
    if (section.has("max_partitions"))
        spec.max_partitions = static_cast<std::size_t>(section.integer("max_partitions"));
    if (section.has("max_partitions") && !section.has("partition_by"))
        diagnostics_.add(section.location("max_partitions"), "`max_partitions` does nothing without `partition_by`");
}

// At one destination no two outputs are one file, and none is a folder of another.
void OutputReader::check_places(const std::vector<OutputSpec>& outputs) {
    std::vector<std::map<std::string, const OutputSpec*, std::less<>>> taken(destinations_.size());
    for (const OutputSpec& output : outputs) {
        for (const std::size_t destination : output.destinations) {
            const auto [place, is_new] = taken[destination].try_emplace(output.file.value, &output);
            if (is_new) continue;
            diagnostics_.add(
                output.file.location,
                fmt::format("two outputs write '{}' to {}", output.file.value,
                            in_quotes(destinations_[destination].name)),
                {},
                fmt::format("give one another `file`, or another destination with `to`; the first is at {}",
                            place->second->file.location.text()));
            break;
        }
    }
    for (const auto& files : taken) {
        for (const auto& [file, output] : files) {
            const auto inside = files.lower_bound(file + "/");
            if (inside == files.end() || !inside->first.starts_with(file + "/")) continue;
            diagnostics_.add(
                output->file.location, fmt::format("'{}' is a file here and a folder in '{}'", file, inside->first), {},
                fmt::format("rename one of them; the other is at {}", inside->second->file.location.text()));
        }
    }
}

}  // namespace

std::vector<Field> output_fields(const Formats& formats) {
    std::vector<std::string_view> names;
    for (const auto& [name, extension] : formats) names.push_back(name);
    return {
        {.name = "name", .doc = "Defaults to `from`.", .details = "Two outputs of one name are a fault."},
        {.name = "from", .doc = "The source or step whose rows are written.", .required = true},
        {.name = "file",
         .doc = "The file's name below each destination; by default `from` and the format's extension.",
         .details = "A relative path without `..`. One of `file` and `format` is needed.",
         .example = "reports/daily.json"},
        {.name = "format",
         .doc = "By default the one of the file's extension.",
         .choices = std::move(names),
         .details = "`csv`, `tsv`: see [CSV](csv.md); `json`: an array; `json_object`: one object, for exactly two "
                    "columns, key then value; `jsonl`: one object a line; `parquet`: see [Parquet](parquet.md). A "
                    "`.json` file is `json` unless `format` says otherwise."},
        {.name = "timestamps",
         .doc = "How times are written.",
         .default_text = "iso",
         .choices = {"iso", "epoch_ms"},
         .details = "`iso`: a carried time keeps its text; `epoch_ms`: milliseconds, rounded down."},
        {.name = "durations",
         .doc = "How durations are written.",
         .default_text = "text",
         .choices = {"text", "seconds"},
         .details = "`text`: `0 days 00:00:04.006167`; `seconds`: a number."},
        {.name = "line_ends",
         .doc = "How lines of csv and tsv end; by default `lf`.",
         .choices = {"crlf", "lf"},
         .details = "RFC 4180 has `crlf`; every reader takes `lf`."},
        {.name = "compression",
         .doc = "By default what the file's extension says: `.gz` is gzip, `.zst` zstd. In Parquet: of its pages, by "
                "default zstd.",
         .choices = {"gzip", "none", "zstd"},
         .details = "See [Compressed outputs](compression.md)."},
        {.name = "compression_level",
         .type = FieldType::integer,
         .doc = "1 (fast) to 12 for gzip, by default 6; 1 to 19 for zstd, by default 3.",
         .least = 1,
         .most = kMostLevel},
        {.name = "partition_by",
         .type = FieldType::text_list,
         .doc = "Columns whose values become folders: `day=2024-01-01/` and so on, with a file in each.",
         .details = "See [Partitioned outputs](partitions.md).",
         .example = "[day]"},
        {.name = "max_partitions",
         .type = FieldType::integer,
         .doc = "More folders than this are refused; by default 1000.",
         .least = 1,
         .most = 100'000},
        {.name = "checksum",
         .doc = "`sha256`: the manifest has a SHA-256 of each file, besides CRC-64/NVME.",
         .choices = {"sha256"},
         .details = "A destination can ask for it too."},
        {.name = "to", .type = FieldType::text_list, .doc = "Names of destinations; by default all."}};
}

std::vector<OutputSpec> read_outputs(const Loading& loading, const Names& relations, const Names& destination_names,
                                     const std::vector<DestinationItem>& destinations) {
    return OutputReader(loading, relations, destination_names, destinations).read(list_of(loading, "outputs"));
}

}  // namespace sluice
