#include "extractors/file_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/validation.hpp"
#include "io/input_wait.hpp"
#include "io/standard_input.hpp"
#include "utils/retry.hpp"

namespace sluice {

namespace {

// So many files of a source stay open; the rest are opened for each read, and descriptors stay few.
constexpr std::size_t kHeldFiles = 256;

}  // namespace

std::vector<Field> FileInputs::fields() {
    return {
        {.name = "if_missing",
         .doc = "What to do when a path or pattern names no file.",
         .default_text = "fail",
         .choices = {"fail", "empty"},
         .details = "`fail`: the run ends (exit code 4). `empty`: the source has no rows from it."},
        {.name = "wait",
         .type = FieldType::duration,
         .doc = "How long to wait for the files: until all are there and none has changed between two looks.",
         .details =
             "Looks are a second apart (a tenth of the wait where that is less). The progress and the log say what is "
             "missing, and since when. `validate`, `plan` and `--dry-run` do not wait.",
         .example = "30m"},
        {.name = "read",
         .doc = "What holds of a file that changes while it is read.",
         .default_text = "unchanged",
         .choices = {"unchanged", "to_size_at_open"},
         .details =
             "`unchanged`: a file that grew, shrank, was written to, replaced or removed ends the run (exit code "
             "4). `to_size_at_open`: what it held when it was opened is read, and what was added is left for the "
             "next run; only one that shrank ends the run."},
        {.name = "last_line",
         .doc = "What to do with a last line that has no newline at its end.",
         .default_text = "read",
         .choices = {"read", "fail", "leave"},
         .details =
             "`read` takes it as any other, `fail` ends the run (exit code 3), `leave` reads the file as if it was "
             "not there yet."},
        {.name = "file_name",
         .doc = "The name of a column to add: the file that a row is from, as messages call it.",
         .details = "It is the row's last column. A row that has a column of this name is bad."},
        {.name = "file_line",
         .doc = "The name of a column to add: the number of the line that a row begins in, from 1.",
         .details =
             "As `file_name`; behind it. Lines can only be counted in order, so a plain file is read by one thread "
             "at a time. Of Parquet it is the number of the row, as messages have it, and costs nothing."},
    };
}

FileInputs FileInputs::of(const Section& section, Diagnostics& diagnostics) {
    FileInputs inputs;
    for (const LocatedText& path : section.texts("path")) inputs.paths.push_back(path.value);
    inputs.may_be_missing = section.text("if_missing") == "empty";
    if (section.has("wait")) inputs.wait = section.duration("wait");
    inputs.policy.to_size_at_open = section.text("read") == "to_size_at_open";
    const std::string last_line = section.text("last_line");
    inputs.policy.last_line = last_line == "fail"    ? formats::LastLine::fail
                              : last_line == "leave" ? formats::LastLine::leave
                                                     : formats::LastLine::read;
    inputs.columns = {.name = section.text("file_name"), .line = section.text("file_line")};
    if (!inputs.columns.name.empty() && inputs.columns.name == inputs.columns.line) {
        diagnostics.add(
            section.location("file_line"),
            fmt::format("`file_name` and `file_line` both add the column {}", in_quotes(inputs.columns.line)), {},
            "two columns need two names");
    }
    return inputs;
}

bool FileInputs::read_stdin() const { return std::ranges::find(paths, kStandardInput) != paths.end(); }

Result<std::vector<InputPath>> FileInputs::find_now(const std::filesystem::path& base,
                                                    const InFolder& in_folder) const {
    std::vector<std::string> named = paths;
    std::erase(named, kStandardInput);
    TRY_ASSIGN(auto found, find_inputs(base, named, {.in_folder = in_folder, .may_be_missing = may_be_missing}));
    return found;
}

Result<std::vector<InputPath>> FileInputs::find(const ExtractorContext& context, const InFolder& in_folder) const {
    std::vector<std::string> named = paths;
    std::erase(named, kStandardInput);
    if (context.wait && wait.count() > 0 && !named.empty()) {
        const auto look = [&] { return find_inputs(context.base, named, {.in_folder = in_folder}); };
        auto found = wait_for_inputs(look, wait, system_retry_clock(), context.stop, context.hear_wait);
        if (found || found.error().code != "wait_timeout" || !may_be_missing) return found;
        const auto there = find_now(context.base, in_folder);
        if (!there || !there->empty()) return found;
    }
    return find_now(context.base, in_folder);
}

Result<std::vector<InputFile>> FileInputs::open(std::vector<InputPath> found, bool all_held,
                                                const ExtractorContext& context) const {
    std::vector<InputFile> files;
    if (read_stdin()) {
        TRY_ASSIGN(InputFile input, spool_standard_input(context.temp_dir, context.stop));
        files.push_back(std::move(input));
    }
    for (InputPath& input : found) {
        const ReadOptions options{
            .retry = context.retry, .stop = context.stop, .held = all_held || files.size() < kHeldFiles};
        TRY_ASSIGN(InputFile file, InputFile::open(input.path, std::move(input.name), options));
        files.push_back(std::move(file));
    }
    return files;
}

}  // namespace sluice
