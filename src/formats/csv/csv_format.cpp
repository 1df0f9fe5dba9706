#include "formats/csv/csv_format.hpp"

#include <map>
#include <string_view>

#include "formats/csv/column_types.hpp"
#include "formats/csv/csv_parser.hpp"
#include "formats/csv/csv_splitter.hpp"
#include "formats/csv/file_layout.hpp"
#include "formats/scan/stream_chunks.hpp"

namespace sluice::formats::csv {

namespace {

// A piece of the survey. What it finds does not depend on it.
constexpr std::uint64_t kSurveyBlock = std::uint64_t{1} << 20U;

class CsvFormat final : public RowFormat {
public:
    explicit CsvFormat(std::vector<FileLayout> layouts) : source_{.layouts = std::move(layouts), .columns = {}} {
        std::map<std::string_view, std::uint32_t> numbers;
        auto& [names, of_file] = source_.columns;
        for (const FileLayout& layout : source_.layouts) {
            auto& columns = of_file.emplace_back();
            for (const std::string& name : layout.names) {
                const auto [known, is_new] = numbers.try_emplace(name, static_cast<std::uint32_t>(names.size()));
                if (is_new) names.push_back(name);
                columns.push_back(known->second);
            }
        }
    }

    [[nodiscard]] std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                      std::uint64_t max_row) const override {
        return std::make_unique<StreamChunks>(inputs, block_size, max_row, [this](std::size_t file) {
            return splitter_of(source_.layouts[file].dialect);
        });
    }

    [[nodiscard]] std::unique_ptr<RowParser> parser(ColumnRegistry& registry,
                                                    const RowSettings& settings) const override {
        return std::make_unique<CsvParser>(
            source_, registry, settings, [this](const InputSet& inputs, const RowSettings& of_scan) {
                return survey_.types(of_scan, [&]() -> std::unique_ptr<ChunkSource> {
                    auto own = chunks(inputs, kSurveyBlock, of_scan.max_row);
                    if (of_scan.mended == nullptr) return own;
                    return std::make_unique<MendedChunkSource>(std::move(own), inputs, *of_scan.mended);
                });
            });
    }

private:
    CsvSource source_;
    mutable TypeSurvey survey_{source_.columns, source_.layouts};
};

}  // namespace

Result<std::unique_ptr<const RowFormat>> csv_format(const InputSet& inputs, const Declared& declared) {
    std::vector<FileLayout> layouts;
    for (std::size_t file = 0; file < inputs.files().size(); ++file) {
        TRY_ASSIGN(FileLayout layout, read_layout(inputs, file, declared));
        layouts.push_back(std::move(layout));
    }
    return std::unique_ptr<const RowFormat>(std::make_unique<CsvFormat>(std::move(layouts)));
}

}  // namespace sluice::formats::csv
