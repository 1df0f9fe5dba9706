#include "engine/parquet/parquet_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/duckdb/duckdb_engine.hpp"
#include "engine/parquet/parquet_columns.hpp"
#include "engine/parquet/parquet_scan.hpp"
#include "formats/scan/input_facts.hpp"

namespace sluice {

namespace {

class ParquetSource final : public ScannableSource {
public:
    ParquetSource(std::vector<InputFile> open, ParquetFiles files, formats::SourceSettings settings,
                  formats::DeclaredColumns declared)
        : open_(std::move(open)),
          files_(std::move(files)),
          settings_(std::move(settings)),
          declared_(std::move(declared)),
          types_(settings_.types) {
        types_.insert(files_.times.begin(), files_.times.end());
        for (const ParquetFile& file : files_.files) bytes_ += file.bytes;
    }

    [[nodiscard]] const std::string& name() const override { return settings_.name; }
    [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }
    [[nodiscard]] const DeclaredTypes& types() const override { return types_; }
    [[nodiscard]] std::unique_ptr<Scan> scan(const ScanRequest& request) const override {
        return std::make_unique<ParquetScan>(files_, declared_, settings_.temp_dir, request);
    }
    [[nodiscard]] Result<Place> place(Ordinal ordinal) const override { return parquet_place(files_, ordinal); }
    [[nodiscard]] Result<> mend(std::vector<MendedRow> rows) override;
    [[nodiscard]] Result<std::vector<InputFacts>> inputs() const override { return formats::input_facts(open_); }

private:
    std::vector<InputFile> open_;  // so that their descriptor paths stay good
    ParquetFiles files_;
    formats::SourceSettings settings_;
    formats::DeclaredColumns declared_;
    DeclaredTypes types_;  // declared, and known from the files
    std::uint64_t bytes_ = 0;
};

// NOLINTNEXTLINE(performance-unnecessary-value-param): the interface is for sources that keep the rows
Result<> ParquetSource::mend(std::vector<MendedRow> rows) {
    if (rows.empty()) return {};
    return data_error("mended_row",
                      fmt::format("a row of Parquet has no text that could be mended, as was tried with one of '{}': "
                                  "write that file anew with what whoever made it has mended, and run the pipeline "
                                  "instead; or leave the `raw` of its rows as it was, and they stay bad",
                                  rows.front().file));
}

}  // namespace

Result<std::unique_ptr<ScannableSource>> open_parquet(std::vector<InputFile> files, formats::SourceSettings settings) {
    std::vector<ParquetFile> named;
    DuckdbSettings reader{.temp_dir = settings.temp_dir};
    for (const InputFile& file : files) {
        named.push_back({.name = file.name(), .path = file.descriptor_path(), .bytes = file.size(), .columns = {}});
        reader.readable.push_back(named.back().path);
    }
    TRY_ASSIGN(const auto engine, DuckdbEngine::open(std::move(reader)));
    TRY_ASSIGN(ParquetFiles footers, read_footers(*engine, std::move(named)));
    TRY(add_own_columns(settings.columns, footers));
    TRY_ASSIGN(auto declared, formats::declared_columns(settings.types));
    return std::unique_ptr<ScannableSource>(std::make_unique<ParquetSource>(std::move(files), std::move(footers),
                                                                            std::move(settings), std::move(declared)));
}

}  // namespace sluice
