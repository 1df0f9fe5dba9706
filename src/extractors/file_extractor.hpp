// The source type `file`: local files and objects in S3 by path, glob, folder or list, and standard input.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "extractors/file_inputs.hpp"
#include "extractors/input_formats.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

class FileExtractor final : public Extractor {
public:
    static constexpr std::string_view kType = "file";
    static Schema schema();
    // Null, with the faults in `diagnostics`, when the config is wrong.
    static std::unique_ptr<Extractor> from_config(const ConfigItem& source, Diagnostics& diagnostics);

    // Waits where the config says so. Fails for a file that is missing or cannot be read, a pattern that matches
    // nothing (kind external), and a folder of several formats (kind config).
    [[nodiscard]] Result<std::unique_ptr<ScannableSource>> open(const ExtractorContext& context) override;
    [[nodiscard]] std::vector<std::filesystem::path> files(const std::filesystem::path& base) const override;
    [[nodiscard]] std::vector<RemoteInput> remote_inputs() const override { return remote_inputs_; }
    [[nodiscard]] Result<RemoteAccess> remote_access() const override { return inputs_.access(); }
    [[nodiscard]] bool reads_stdin() const override { return inputs_.read_stdin(); }
    [[nodiscard]] const DeclaredTypes& types() const override { return types_; }

private:
    void add_own_columns();
    [[nodiscard]] Result<std::unique_ptr<ScannableSource>> open_inputs(const ExtractorContext& context);
    [[nodiscard]] bool is_read(std::string_view name) const;
    [[nodiscard]] Result<const InputFormat*> format_of_files(const std::vector<InputPath>& found) const;

    std::string name_;
    std::string place_;  // of `path` in the config
    FileInputs inputs_;
    std::vector<RemoteInput> remote_inputs_;
    const InputFormat* format_ = nullptr;  // null: the files of a folder say it
    InputOptions options_;
    DeclaredTypes types_;
};

}  // namespace sluice
