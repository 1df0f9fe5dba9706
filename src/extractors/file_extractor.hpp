// The source type `file`: local files, by path, glob or list.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "extractors/extractor.hpp"
#include "extractors/input_formats.hpp"
#include "rows/declared_type.hpp"

namespace sluice {

class FileExtractor final : public Extractor {
public:
    static constexpr std::string_view kType = "file";
    static Schema schema();
    // Null, with the faults in `diagnostics`, when the config is wrong.
    static std::unique_ptr<Extractor> from_config(const ConfigItem& source, Diagnostics& diagnostics);

    // Fails for a file that is missing or cannot be read, a directory, a pattern that matches nothing (kind external).
    [[nodiscard]] Result<std::unique_ptr<ScannableSource>> open(const ExtractorContext& context) override;
    [[nodiscard]] std::vector<std::filesystem::path> files(const std::filesystem::path& base) const override;
    [[nodiscard]] const DeclaredTypes& types() const override { return types_; }

private:
    std::string name_;
    std::string place_;  // of `path` in the config
    std::vector<std::string> paths_;
    const InputFormat* format_ = nullptr;
    InputOptions options_;
    DeclaredTypes types_;
};

}  // namespace sluice
