// A source whose rows are in local files that are open: what the extractors hand to the engines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "formats/scan/declared_column.hpp"
#include "formats/scan/input_facts.hpp"
#include "formats/scan/input_set.hpp"
#include "formats/scan/mended_chunks.hpp"
#include "formats/scan/row_format.hpp"
#include "io/input_file.hpp"
#include "rows/declared_type.hpp"
#include "rows/row_rule.hpp"
#include "rows/scan.hpp"
#include "utils/result.hpp"

namespace sluice::formats {

inline constexpr std::uint64_t kDefaultBlockSize = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t kDefaultMaxRow = std::uint64_t{256} << 20U;

struct SourceSettings {
    std::string name;
    DeclaredTypes types;
    ColumnRules rules = {};
    RowRules row_rules = {};
    std::uint64_t block_size = kDefaultBlockSize;
    std::uint64_t max_row = kDefaultMaxRow;  // bytes; a longer row is bad
    InputPolicy inputs = {};
    FileColumns columns = {};
    std::filesystem::path temp_dir = {};  // for a library that reads the files; empty: the system's

    // Lines are counted where a column tells them.
    [[nodiscard]] InputPolicy policy() const {
        InputPolicy policy = inputs;
        policy.count_lines = !columns.line.empty();
        return policy;
    }
};

class FileSource final : public ScannableSource {
public:
    // Fails for a time zone that does not exist (kind config), and as InputSet::open() does.
    static Result<std::unique_ptr<ScannableSource>> open(std::vector<InputFile> files,
                                                         std::unique_ptr<const RowFormat> format,
                                                         SourceSettings settings);
    static Result<std::unique_ptr<ScannableSource>> open(InputSet inputs, std::unique_ptr<const RowFormat> format,
                                                         SourceSettings settings);

    [[nodiscard]] const std::string& name() const override { return settings_.name; }
    [[nodiscard]] std::uint64_t bytes() const override { return inputs_.bytes(); }
    [[nodiscard]] std::uint64_t text_bytes() const override { return inputs_.text_bytes(); }
    [[nodiscard]] const DeclaredTypes& types() const override { return settings_.types; }
    [[nodiscard]] std::unique_ptr<Scan> scan(const ScanRequest& request) const override;
    [[nodiscard]] Result<Place> place(Ordinal ordinal) const override { return InputPlaces(inputs_).place(ordinal); }
    [[nodiscard]] std::unique_ptr<PlaceFinder> places() const override {
        return std::make_unique<InputPlaces>(inputs_);
    }
    [[nodiscard]] Result<std::vector<InputFacts>> inputs() const override { return input_facts(inputs_.files()); }
    [[nodiscard]] Result<> mend(std::vector<MendedRow> rows) override;

private:
    FileSource(InputSet inputs, std::unique_ptr<const RowFormat> format, SourceSettings settings,
               DeclaredColumns declared)
        : settings_(std::move(settings)),
          declared_(std::move(declared)),
          format_(std::move(format)),
          inputs_(std::move(inputs)) {}

    SourceSettings settings_;
    DeclaredColumns declared_;
    std::unique_ptr<const RowFormat> format_;
    InputSet inputs_;
    MendedRows mended_;
};

}  // namespace sluice::formats
