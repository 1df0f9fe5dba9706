// The files of a source: which they are and how they are opened, from `path` and the fields beside it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/row_builder.hpp"
#include "io/input_file.hpp"
#include "io/input_paths.hpp"
#include "utils/result.hpp"

namespace sluice {

struct FileInputs {
    std::vector<std::string> paths;
    bool may_be_missing = false;
    std::chrono::milliseconds wait{0};
    formats::InputPolicy policy;
    formats::FileColumns columns;

    // The fields beside `path`.
    static std::vector<Field> fields();
    static FileInputs of(const Section& section, Diagnostics& diagnostics);

    [[nodiscard]] bool read_stdin() const;
    // The files; of a folder those that `in_folder` accepts. Fails as find_inputs() and wait_for_inputs() do.
    using InFolder = std::function<bool(std::string_view name)>;
    [[nodiscard]] Result<std::vector<InputPath>> find(const ExtractorContext& context, const InFolder& in_folder) const;
    // Those that are there now.
    [[nodiscard]] Result<std::vector<InputPath>> find_now(const std::filesystem::path& base,
                                                          const InFolder& in_folder) const;
    // Opens them; `all_held` keeps all open however many there are.
    [[nodiscard]] Result<std::vector<InputFile>> open(std::vector<InputPath> found, bool all_held,
                                                      const ExtractorContext& context) const;
};

}  // namespace sluice
