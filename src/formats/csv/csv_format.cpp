#include "formats/csv/csv_format.hpp"

#include <map>
#include <string_view>

#include "formats/csv/column_types.hpp"
#include "formats/csv/csv_parser.hpp"
#include "formats/csv/csv_splitter.hpp"
#include "formats/csv/file_layout.hpp"
#include "formats/csv/scan_types.hpp"
#include "formats/scan/stream_chunks.hpp"

namespace sluice::formats::csv {

namespace {

// One scan's parsers and their types.
class CsvParsers final : public RowParsers {
public:
    CsvParsers(const CsvSource& source, KnownTypes& known, ColumnRegistry& registry, const RowSettings& settings,
               ScanTypes::MakeChunks make_chunks)
        : source_(source),
          registry_(registry),
          settings_(settings),
          types_(source, known, settings, std::move(make_chunks)) {}

    [[nodiscard]] std::unique_ptr<RowParser> parser() override {
        return std::make_unique<CsvParser>(source_, registry_, settings_, types_);
    }
    [[nodiscard]] bool misread() const noexcept override { return types_.misread(); }
    [[nodiscard]] bool can_learn() const noexcept override { return types_.can_learn(); }
    void settle(ScanSummary& summary) const override { types_.settle(summary); }
    void all_read() noexcept override { types_.all_read(); }

private:
    const CsvSource& source_;
    ColumnRegistry& registry_;
    const RowSettings& settings_;
    ScanTypes types_;
};

class CsvFormat final : public RowFormat {
public:
    explicit CsvFormat(CsvSource source) : source_(std::move(source)) {}

    [[nodiscard]] std::unique_ptr<ChunkSource> chunks(const InputSet& inputs, std::uint64_t block_size,
                                                      std::uint64_t max_row) const override {
        return std::make_unique<StreamChunks>(inputs, block_size, max_row, [this](std::size_t file) {
            return splitter_of(source_.layouts[file].dialect);
        });
    }

    [[nodiscard]] std::unique_ptr<RowParsers> parsers(ColumnRegistry& registry,
                                                      const RowSettings& settings) const override {
        return std::make_unique<CsvParsers>(
            source_, known_, registry, settings,
            [this, &settings](const InputSet& inputs, std::uint64_t block_size) -> std::unique_ptr<ChunkSource> {
                auto own = chunks(inputs, block_size, settings.max_row);
                if (settings.mended == nullptr) return own;
                return std::make_unique<MendedChunkSource>(std::move(own), inputs, *settings.mended,
                                                           RowSeparator::newline);
            });
    }

private:
    CsvSource source_;
    mutable KnownTypes known_{source_.columns.names.size()};
};

SourceColumns columns_of(const std::vector<FileLayout>& layouts) {
    SourceColumns columns;
    std::map<std::string_view, std::uint32_t> numbers;
    for (const FileLayout& layout : layouts) {
        auto& of_file = columns.of_file.emplace_back();
        for (const std::string& name : layout.names) {
            const auto [known, is_new] = numbers.try_emplace(name, static_cast<std::uint32_t>(columns.names.size()));
            if (is_new) columns.names.push_back(name);
            of_file.push_back(known->second);
        }
    }
    return columns;
}

}  // namespace

Result<std::unique_ptr<const RowFormat>> csv_format(const InputSet& inputs, const Declared& declared) {
    std::vector<FileLayout> layouts;
    for (std::size_t file = 0; file < inputs.files().size(); ++file) {
        TRY_ASSIGN(FileLayout layout, read_layout(inputs, file, declared));
        layouts.push_back(std::move(layout));
    }
    SourceColumns columns = columns_of(layouts);
    return std::unique_ptr<const RowFormat>(
        std::make_unique<CsvFormat>(CsvSource{.layouts = std::move(layouts), .columns = std::move(columns)}));
}

}  // namespace sluice::formats::csv
