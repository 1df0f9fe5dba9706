// Fixture tests of a pipeline: a folder with input/ and expected/, run through run_pipeline() in a temporary folder.
//
//   <case>/input/          what the config's paths start from
//   <case>/expected/       the outputs, byte for byte, each under its `file`
//   <case>/pipeline.yaml   the config; without it the project's
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct TestOptions {
    ConfigRequest config;  // the project's; --set holds for every case
    bool update = false;   // write what came out as what is expected
};

struct DifferentFile {
    std::string file;
    std::vector<std::string> lines;
};

struct TestResult {
    std::string name;
    enum class Status { passed, failed, updated } status = Status::passed;
    std::vector<DifferentFile> different;  // failed, or updated: what changed
    std::string error;                     // the run itself failed
    double seconds = 0;
};

inline constexpr const char* kCasesFolder = "tests/pipelines";

// The folders in tests/pipelines by name, or those named: each a folder, or a name in there. Fails (kind config) for
// one that is not there or has no input/, and when there are none at all.
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_cases(const std::vector<std::string>& names);

// Fails for a stop, and for what is not the pipeline's: a temporary folder that cannot be made, a case that cannot be
// read. A run that fails is a failed test.
[[nodiscard]] Result<TestResult> run_case(const std::filesystem::path& folder, const TestOptions& options,
                                          StopFlag& stop);

}  // namespace sluice
