#include "extractors/command_extractor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "config/tree.hpp"
#include "extractors/source_fields.hpp"
#include "io/input_file.hpp"
#include "io/spool_file.hpp"
#include "utils/child_process.hpp"

namespace sluice {

namespace {

Error failed(const ProcessEnd& end) {
    std::string message = end.signal != 0 ? fmt::format("the command was ended by signal {}", end.signal)
                                          : fmt::format("the command ended with exit code {}", end.exit_code);
    message += end.error_text.empty() ? "; it wrote nothing to stderr"
                                      : fmt::format("; its stderr ends with:\n{}", end.error_text);
    return external_error("command_failed", std::move(message));
}

}  // namespace

Schema CommandExtractor::schema() {
    Schema schema{
        .type = kType,
        .doc = "A program that writes rows to its standard output. It runs once a run, before anything is read.",
        .fields = {{.name = "command",
                    .type = FieldType::text_list,
                    .doc = "A text for /bin/sh, or a list: the program and its arguments, run without a shell.",
                    .required = true,
                    .details = "An exit code other than 0 ends the run (exit code 4).",
                    .example = "journalctl --output=json"},
                   {.name = "environment",
                    .type = FieldType::secret_map,
                    .doc = "Variables for the program that are secret, besides the environment of sluice.",
                    .details = "Masked in every message; write `${NAME}` or `${file:/run/secrets/NAME}`.",
                    .example = "{API_TOKEN: \"${API_TOKEN}\"}"},
                   format_field("What the program writes; jsonl by default."),
                   types_field(),
                   schema_field(),
                   columns_field(),
                   on_type_error_field(),
                   drift_field(),
                   max_bad_rows_field()}};
    std::ranges::move(csv_fields(), std::back_inserter(schema.fields));
    return schema;
}

std::unique_ptr<Extractor> CommandExtractor::from_config(const ConfigItem& source, Diagnostics& diagnostics) {
    const std::size_t before = diagnostics.list().size();
    auto extractor = std::make_unique<CommandExtractor>();
    extractor->name_ = source.name;
    extractor->place_ = source.section.location("command").text();
    extractor->types_ = declared_types(source.section, diagnostics);
    extractor->format_ = declared_format(source.section);
    if (extractor->format_ == nullptr) extractor->format_ = format_of_name(".jsonl");
    extractor->on_drift_ = declared_drift(source.section);
    extractor->rules_ = column_rules(source.section, diagnostics);
    extractor->max_bad_rows_ = bad_row_limit(source.section, diagnostics);
    extractor->options_ = input_options(source.section, extractor->format_, diagnostics);
    extractor->environment_ = source.section.secrets("environment");

    const std::vector<LocatedText> words = source.section.texts("command");
    const Tree* node = source.section.node("command");
    if (node != nullptr && node->is_scalar()) extractor->arguments_ = {"/bin/sh", "-c"};
    std::vector<std::string> shown;
    for (const LocatedText& word : words) {
        if (word.value.find('\0') != std::string::npos)
            diagnostics.add(word.location, "the command holds a NUL character");
        extractor->arguments_.push_back(word.value);
        shown.push_back(word.value);
    }
    if (words.empty() || words.front().value.empty()) {
        diagnostics.add(source.section.location("command"), "the command is empty", {},
                        "a command line such as `journalctl --output=json`, or a list: [journalctl, --output=json]");
    }
    extractor->shown_ = fmt::format("{}", fmt::join(shown, " "));
    if (extractor->format_ != nullptr && extractor->format_->opens_files)
        refuse_column_rules(source.section, extractor->format_->name, diagnostics);
    return diagnostics.list().size() == before ? std::move(extractor) : nullptr;
}

Result<std::unique_ptr<ScannableSource>> CommandExtractor::open(const ExtractorContext& context) {
    const auto in_source = [this](const Error& error) {
        if (error.kind == ErrorKind::interrupted) return error;
        return error.within(fmt::format("source '{}' ({}): command `{}`", name_, place_, shown_));
    };
    auto spool = SpoolFile::create(context.temp_dir);
    if (!spool) return in_source(spool.error());
    const auto keep = [&spool](std::string_view bytes) { return spool->append(bytes); };
    auto end = run_process(
        {.arguments = arguments_, .folder = context.base, .stop = context.stop, .environment = environment_}, keep);
    if (!end) return in_source(end.error());
    if (end->signal != 0 || end->exit_code != 0) return in_source(failed(*end));

    auto file = InputFile::adopt(std::move(*spool).take(), fmt::format("output of `{}`", shown_));
    if (!file) return in_source(file.error());
    std::vector<InputFile> files;
    files.push_back(std::move(*file));
    auto source = format_->open(std::move(files),
                                {.name = name_,
                                 .types = types_,
                                 .rules = rules_,
                                 .row_rules = context.row_rules,
                                 .block_size = context.block_size},
                                options_);
    if (!source) return in_source(source.error());
    return source;
}

}  // namespace sluice
