// Looks at the data files in a folder, all of each: what `sluice init` proposes a config from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "quality/column_profile.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct SurveyedColumn {
    ColumnProfile profile;
    NumberSurvey numbers;
};

// One file, or several that differ only in the digits of their names.
struct SurveyedSource {
    std::string name;                // unique in the folder: letters, digits, underscores
    std::vector<std::string> files;  // names in the folder, in byte order
    std::string pattern;             // matches exactly these files; empty where they are named one by one
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    std::vector<SurveyedColumn> columns;
};

struct LeftOutFile {
    std::string file;
    std::string reason;
};

struct FolderSurvey {
    std::vector<SurveyedSource> sources;
    std::vector<LeftOutFile> left_out;  // a run would refuse them
};

// Fails (kind external) for a folder that cannot be read or has no file of JSON lines, saying what it looked for.
[[nodiscard]] Result<FolderSurvey> survey_folder(const std::filesystem::path& folder, int threads,
                                                 const StopFlag& stop);

// A name made of letters, digits and underscores; `otherwise` when nothing is left.
[[nodiscard]] std::string plain_name(std::string_view text, std::string_view otherwise);

}  // namespace sluice
