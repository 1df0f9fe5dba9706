#include "extractors/file_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "config/validation.hpp"
#include "io/file_spool.hpp"
#include "io/input_wait.hpp"
#include "io/standard_input.hpp"
#include "s3/s3_fields.hpp"
#include "s3/s3_read_access.hpp"
#include "utils/retry.hpp"

namespace sluice {

namespace {

// So many files of a source stay open; the rest are opened for each read, and descriptors stay few.
constexpr std::size_t kHeldFiles = 256;

void refuse_s3_fields(const Section& section, const std::vector<std::string>& objects, Diagnostics& diagnostics) {
    if (!objects.empty()) return;
    for (const Field& field : s3_fields())
        // A default says nothing, and `sluice config` writes it down.
        if (section.has(field.name) && section.text(field.name) != field.default_text)
            diagnostics.add(section.location(field.name),
                            fmt::format("`{}` is for paths in S3, and this source has none", field.name), {},
                            "such a path is s3://BUCKET/KEY");
}

}  // namespace

std::vector<Field> FileInputs::fields() {
    std::vector<Field> fields{
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
             "missing, and since when. What no waiting mends ends the run at once: a wrong key, a missing right or "
             "bucket. `validate`, `plan` and `--dry-run` do not wait.",
         .example = "30m"},
        {.name = "read",
         .doc = "What holds of a file that changes while it is read.",
         .default_text = "unchanged",
         .choices = {"unchanged", "to_size_at_open"},
         .details =
             "`unchanged`: a file that grew, shrank, was written to, replaced or removed ends the run (exit code "
             "4). `to_size_at_open`: what it held when it was opened is read, and what was added is left for the "
             "next run; only one that shrank ends the run. An object in S3 is always read as it was when it was "
             "opened; "
             "one that is replaced or removed before its last byte was read ends the run."},
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
    std::ranges::move(s3_fields(), std::back_inserter(fields));
    return fields;
}

FileInputs FileInputs::of(const Section& section, Diagnostics& diagnostics) {
    FileInputs inputs;
    for (const LocatedText& path : section.texts("path"))
        (is_s3_address(path.value) ? inputs.objects : inputs.paths).push_back(path.value);
    inputs.s3 = s3_options(section, diagnostics);
    refuse_s3_fields(section, inputs.objects, diagnostics);
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

S3Inputs FileInputs::remote(const ExtractorContext& context) const {
    return S3Inputs({.options = s3, .retry = context.retry, .stop = context.stop, .limits = context.read_ahead});
}

bool FileInputs::read_stdin() const { return std::ranges::find(paths, kStandardInput) != paths.end(); }

Result<std::vector<InputPath>> FileInputs::find_local(const std::filesystem::path& base,
                                                      const InFolder& in_folder) const {
    std::vector<std::string> named = paths;
    std::erase(named, kStandardInput);
    return find_inputs(base, named, {.in_folder = in_folder, .may_be_missing = may_be_missing});
}

Result<std::vector<InputPath>> FileInputs::find(const ExtractorContext& context, const InFolder& in_folder,
                                                S3Inputs& remote) const {
    std::vector<std::string> named = paths;
    std::erase(named, kStandardInput);
    const auto find_all = [&](bool missing_allowed, bool look) -> Result<std::vector<InputPath>> {
        const InputSearch search{.in_folder = in_folder, .may_be_missing = missing_allowed};
        TRY_ASSIGN(auto found, find_inputs(context.base, named, search));
        if (objects.empty()) return found;
        TRY_ASSIGN(auto elsewhere, remote.find(objects, search, look));
        std::ranges::move(elsewhere, std::back_inserter(found));
        put_in_order(found);
        return found;
    };
    if (context.wait && wait.count() > 0 && named.size() + objects.size() > 0) {
        const auto look = [&] { return find_all(false, true); };
        auto found = wait_for_inputs(look, wait, system_retry_clock(), context.stop, context.hear_wait);
        if (found || found.error().code != "wait_timeout" || !may_be_missing) return found;
        const auto there = find_all(true, false);
        if (!there || !there->empty()) return found;
    }
    return find_all(may_be_missing, false);
}

Result<std::vector<InputFile>> FileInputs::open(std::vector<InputPath> found, bool as_local_files,
                                                const ExtractorContext& context, S3Inputs& remote,
                                                std::vector<RemoteInput>& opened) const {
    std::vector<InputFile> files;
    if (read_stdin()) {
        TRY_ASSIGN(InputFile input, spool_standard_input(context.temp_dir, context.stop));
        files.push_back(std::move(input));
    }
    std::vector<std::string> addresses;
    for (const InputPath& input : found)
        if (!input.is_local) addresses.push_back(input.name);
    TRY_ASSIGN(std::vector<InputFile> elsewhere, remote.open(addresses));
    opened.clear();
    for (const InputFile& file : elsewhere)
        opened.push_back({.address = file.name(), .place = file.source()->place(), .bytes = file.size()});
    if (as_local_files) TRY(spool_files(elsewhere, context.temp_dir, context.stop));
    auto next = elsewhere.begin();
    for (InputPath& input : found) {
        if (!input.is_local) {
            files.push_back(std::move(*next++));
            continue;
        }
        const ReadOptions options{
            .retry = context.retry, .stop = context.stop, .held = as_local_files || files.size() < kHeldFiles};
        TRY_ASSIGN(InputFile file, InputFile::open(input.path, std::move(input.name), options));
        files.push_back(std::move(file));
    }
    return files;
}

Result<RemoteAccess> FileInputs::access() const {
    RemoteAccess access{.addresses = objects, .reads = {}, .hosts = {}, .policies = {}};
    std::map<std::string, std::vector<std::string>> keys;  // by bucket
    for (const std::string& address : objects) {
        S3Location location = s3_location(address);
        keys[location.bucket].push_back(std::move(location.key));
    }
    for (const auto& [bucket, patterns] : keys) {
        S3Options options = s3;
        options.bucket = bucket;
        TRY_ASSIGN(S3ReadAccess one, s3_read_access(options, patterns));
        access.reads = std::move(one.reads);
        std::ranges::move(one.hosts, std::back_inserter(access.hosts));
        access.policies.emplace_back(s3_address(options), std::move(one.policy));
    }
    return access;
}

}  // namespace sluice
