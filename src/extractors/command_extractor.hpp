// The source type `command`: runs a program once and reads the rows that it writes to its standard output.
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

class CommandExtractor final : public Extractor {
public:
    static constexpr std::string_view kType = "command";
    static Schema schema();
    // Null, with the faults in `diagnostics`, when the config is wrong.
    static std::unique_ptr<Extractor> from_config(const ConfigItem& source, Diagnostics& diagnostics);

    // Runs the command to its end in the folder of the config's paths and keeps its output in a file without a name, so
    // that it can be read more than once. Fails when it cannot be started, ends with a code other than 0 or by a signal
    // (kind external, with the end of its stderr), or when the run is stopped: then its processes are killed.
    [[nodiscard]] Result<std::unique_ptr<ScannableSource>> open(const ExtractorContext& context) override;
    [[nodiscard]] std::vector<std::filesystem::path> files(const std::filesystem::path&) const override { return {}; }
    [[nodiscard]] std::string program() const override { return shown_; }
    [[nodiscard]] const DeclaredTypes& types() const override { return types_; }

private:
    std::string name_;
    std::string place_;                   // of `command` in the config
    std::vector<std::string> arguments_;  // the program first
    std::string shown_;                   // the command as messages call it
    const InputFormat* format_ = nullptr;
    InputOptions options_;
    DeclaredTypes types_;
    std::vector<std::pair<std::string, Secret>> environment_;
};

}  // namespace sluice
