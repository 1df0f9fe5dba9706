#include "formats/scan/file_source.hpp"

#include <algorithm>

#include "formats/scan/file_scan.hpp"

namespace sluice::formats {

namespace {
// Positions in a block are 32 bits, and a block ends with a row that may be as long as max_row allows.
constexpr std::uint64_t kLargestBlock = std::uint64_t{1} << 30U;
constexpr std::uint64_t kLongestRow = std::uint64_t{1} << 30U;

}  // namespace

Result<std::unique_ptr<ScannableSource>> FileSource::open(std::vector<InputFile> files,
                                                          std::unique_ptr<const RowFormat> format,
                                                          SourceSettings settings) {
    TRY_ASSIGN(InputSet inputs, InputSet::open(std::move(files), settings.policy()));
    return open(std::move(inputs), std::move(format), std::move(settings));
}

Result<std::unique_ptr<ScannableSource>> FileSource::open(InputSet inputs, std::unique_ptr<const RowFormat> format,
                                                          SourceSettings settings) {
    if (settings.block_size == 0) settings.block_size = kDefaultBlockSize;
    settings.block_size = std::min(settings.block_size, kLargestBlock);
    settings.max_row = std::min(settings.max_row, kLongestRow);
    TRY_ASSIGN(DeclaredColumns declared, declared_columns(settings.types));
    return std::unique_ptr<ScannableSource>(
        new FileSource(std::move(inputs), std::move(format), std::move(settings), std::move(declared)));
}

Result<> FileSource::mend(std::vector<MendedRow> rows) {
    TRY_ASSIGN(mended_, MendedRows::of(inputs_, std::move(rows)));
    return {};
}

std::unique_ptr<Scan> FileSource::scan(const ScanRequest& request) const {
    return std::make_unique<FileScan>(
        inputs_, *format_, declared_, settings_.columns, mended_, request,
        ScanLimits{.rules = &settings_.rules,
                   .row_rules = settings_.row_rules.empty() ? nullptr : &settings_.row_rules,
                   .block_size = settings_.block_size,
                   .max_row = settings_.max_row});
}

}  // namespace sluice::formats
