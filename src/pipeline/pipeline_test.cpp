#include "pipeline/pipeline_test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "engine/parquet/parquet_text.hpp"
#include "io/input_file.hpp"
#include "io/input_stream.hpp"
#include "pipeline/run.hpp"
#include "pipeline/run_identity.hpp"
#include "pipeline/scratch_folder.hpp"
#include "quality/output_difference.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLines = 5;

Result<std::vector<fs::path>> folders_in(const fs::path& folder) {
    std::error_code fault;
    std::vector<fs::path> folders;
    for (fs::directory_iterator entry(folder, fault); !fault && entry != fs::directory_iterator();
         entry.increment(fault)) {
        std::error_code gone;
        if (entry->is_directory(gone)) folders.push_back(entry->path());
    }
    if (fault) return system_error("read the folder", folder.string(), fault.value());
    std::ranges::sort(folders);
    return folders;
}

// The files below a folder, relative to it, in byte order; none when it is not there.
Result<std::vector<std::string>> files_below(const fs::path& folder) {
    std::error_code fault;
    std::vector<std::string> files;
    if (!fs::exists(folder, fault)) return files;
    for (fs::recursive_directory_iterator entry(folder, fault); !fault && entry != fs::recursive_directory_iterator();
         entry.increment(fault)) {
        std::error_code gone;
        if (entry->is_regular_file(gone)) files.push_back(entry->path().lexically_relative(folder).string());
    }
    if (fault) return system_error("read the folder", folder.string(), fault.value());
    std::ranges::sort(files);
    return files;
}

Result<> copy_one(const fs::path& from, const fs::path& to) {
    std::error_code fault;
    fs::create_directories(to.parent_path(), fault);
    if (!fault) fs::copy_file(from, to, fs::copy_options::overwrite_existing, fault);
    if (fault) return system_error("copy to", to.string(), fault.value());
    return {};
}

// Inflated, and of Parquet the rows and types, so that what is compared is what a reader gets: how small it was made is
// no part of what a pipeline means.
Result<std::string> text_of(const fs::path& path) {
    TRY_ASSIGN(const InputFile file, InputFile::open(path, "an output of the test"));
    TRY_ASSIGN(const auto stream, open_stream(file, compression_of(file).value_or(Compression::none)));
    std::string text;
    std::string piece(std::size_t{1} << 20U, '\0');
    for (;;) {
        TRY_ASSIGN(const std::size_t size, stream->read(piece.data(), piece.size()));
        if (size == 0) break;
        text.append(piece, 0, size);
    }
    return text.starts_with("PAR1") ? parquet_text(path) : std::move(text);
}

class Case {
public:
    Case(fs::path folder, const TestOptions& options, StopFlag& stop)
        : folder_(std::move(folder)), options_(options), stop_(stop) {
        result_.name = folder_.filename().string();
    }

    Result<TestResult> run() {
        const auto start = std::chrono::steady_clock::now();
        TRY_ASSIGN(const auto scratch,
                   ScratchFolder::create(std::nullopt, new_run_id(std::chrono::system_clock::now())));
        TRY(prepare(scratch->path() / "input"));
        const RunReport report = run_it(scratch->path());
        TRY(stop_.check());
        if (report.error) {
            result_.status = TestResult::Status::failed;
            result_.error = report.error->message;
        } else {
            TRY(judge(scratch->path() / "output", report));
        }
        result_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(result_);
    }

private:
    // A run writes beside its inputs: it gets a copy.
    Result<> prepare(const fs::path& input) {
        std::error_code fault;
        fs::create_directories(input, fault);
        if (fault) return system_error("make the folder", input.string(), fault.value());
        TRY_ASSIGN(const auto files, files_below(folder_ / "input"));
        for (const std::string& file : files) TRY(copy_one(folder_ / "input" / file, input / file));
        return {};
    }

    RunReport run_it(const fs::path& scratch) {
        RunOptions run;
        run.config = options_.config;
        std::error_code ignored;
        if (fs::exists(folder_ / "pipeline.yaml", ignored)) run.config.path = folder_ / "pipeline.yaml";
        run.base = scratch / "input";
        run.to = scratch / "output";
        run.temp_dir = scratch;
        run.command = "sluice test " + result_.name;
        Progress unseen;
        return run_pipeline(run, unseen, stop_);
    }

    Result<> judge(const fs::path& output, const RunReport& report) {
        std::set<std::string> files;
        for (const OutputReport& one : report.outputs) files.insert(one.file);
        TRY_ASSIGN(const auto expected, files_below(folder_ / "expected"));
        for (const std::string& file : files) TRY(judge_file(file, output));
        for (const std::string& file : expected) {
            if (files.contains(file)) continue;
            result_.different.push_back(
                {file,
                 {options_.update ? "removed: no output has this `file`" : "expected, but no output has this `file`"}});
            std::error_code ignored;
            if (options_.update) fs::remove(folder_ / "expected" / file, ignored);
        }
        if (result_.different.empty()) return {};
        result_.status = options_.update ? TestResult::Status::updated : TestResult::Status::failed;
        return {};
    }

    Result<> judge_file(const std::string& file, const fs::path& output) {
        const fs::path expected = folder_ / "expected" / file;
        TRY_ASSIGN(const std::string actual, text_of(output / file));
        std::error_code ignored;
        if (!fs::exists(expected, ignored)) {
            result_.different.push_back({file,
                                         {options_.update ? "written: it had no expectation"
                                                          : "an output without an expectation; `--update` writes it"}});
        } else {
            TRY_ASSIGN(const std::string wanted, text_of(expected));
            if (wanted == actual) return {};
            OutputDifference difference = output_difference(wanted, actual, kMostLines);
            if (difference.more > 0) difference.lines.push_back(fmt::format("and {} more", difference.more));
            result_.different.push_back({file, std::move(difference.lines)});
        }
        return options_.update ? copy_one(output / file, expected) : Result<>();
    }

    fs::path folder_;
    const TestOptions& options_;
    StopFlag& stop_;
    TestResult result_;
};

}  // namespace

Result<std::vector<fs::path>> find_cases(const std::vector<std::string>& names) {
    std::error_code ignored;
    std::vector<fs::path> cases;
    if (names.empty()) {
        if (fs::is_directory(kCasesFolder, ignored)) {
            TRY_ASSIGN(cases, folders_in(kCasesFolder));
        }
        if (cases.empty())
            return config_error("no_cases",
                                fmt::format("there are no tests: no folder in {0}; make {0}/CASE/input/ with "
                                            "the data files of a run, then type: sluice test --update",
                                            kCasesFolder));
    }
    for (const std::string& name : names) {
        fs::path folder = fs::path(kCasesFolder) / name;
        if (!fs::is_directory(folder, ignored)) folder = name;
        if (!fs::is_directory(folder, ignored))
            return config_error("no_case", fmt::format("there is no test '{0}': neither {1}/{0} nor {0} is a folder",
                                                       name, kCasesFolder));
        if (folder.filename().empty()) folder = folder.parent_path();
        cases.push_back(std::move(folder));
    }
    for (const fs::path& folder : cases)
        if (!fs::is_directory(folder / "input", ignored))
            return config_error("no_input",
                                fmt::format("{0} is no test: it has no folder input/ with the data files of a "
                                            "run",
                                            folder.string()));
    return cases;
}

Result<TestResult> run_case(const fs::path& folder, const TestOptions& options, StopFlag& stop) {
    return Case(folder, options, stop).run();
}

}  // namespace sluice
