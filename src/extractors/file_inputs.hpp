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
#include "s3/s3_inputs.hpp"
#include "s3/s3_target.hpp"
#include "utils/result.hpp"

namespace sluice {

struct FileInputs {
    std::vector<std::string> paths;    // of local files, and "-"
    std::vector<std::string> objects;  // addresses in S3
    S3Options s3;                      // without the bucket
    bool may_be_missing = false;
    std::chrono::milliseconds wait{0};
    formats::InputPolicy policy;
    formats::FileColumns columns;

    // The fields beside `path`.
    static std::vector<Field> fields();
    static FileInputs of(const Section& section, Diagnostics& diagnostics);

    [[nodiscard]] bool read_stdin() const;
    // For find() and open().
    [[nodiscard]] S3Inputs remote(const ExtractorContext& context) const;
    // The files and objects; of a folder those that `in_folder` accepts. Fails as find_inputs() and wait_for_inputs()
    // do.
    using InFolder = std::function<bool(std::string_view name)>;
    [[nodiscard]] Result<std::vector<InputPath>> find(const ExtractorContext& context, const InFolder& in_folder,
                                                      S3Inputs& remote) const;
    // The local files that are there now.
    [[nodiscard]] Result<std::vector<InputPath>> find_local(const std::filesystem::path& base,
                                                            const InFolder& in_folder) const;
    // Opens them. `as_local_files`: for a library that opens files itself, all are held open however many there are,
    // and objects are first copied into temporary files. `opened` becomes the list of the objects.
    [[nodiscard]] Result<std::vector<InputFile>> open(std::vector<InputPath> found, bool as_local_files,
                                                      const ExtractorContext& context, S3Inputs& remote,
                                                      std::vector<RemoteInput>& opened) const;
    // What reading the objects takes.
    [[nodiscard]] Result<RemoteAccess> access() const;
};

}  // namespace sluice
