#include "formats/jsonl/jsonl_source.hpp"

#include <algorithm>

#include "formats/jsonl/jsonl_scan.hpp"

namespace sluice::jsonl {

namespace {
// Positions in a block are 32 bits, and a block ends with a line that may be as long as max_line allows.
constexpr std::uint64_t kLargestBlock = std::uint64_t{1} << 30U;
constexpr std::uint64_t kLongestLine = std::uint64_t{1} << 30U;
}  // namespace

Result<std::unique_ptr<ScannableSource>> JsonlSource::open(std::vector<InputFile> files, SourceSettings settings) {
    if (settings.block_size == 0) settings.block_size = kDefaultBlockSize;
    settings.block_size = std::min(settings.block_size, kLargestBlock);
    settings.max_line = std::min(settings.max_line, kLongestLine);
    TRY_ASSIGN(DeclaredColumns declared, declared_columns(settings.types));
    return std::unique_ptr<ScannableSource>(
        new JsonlSource(std::move(files), std::move(settings), std::move(declared)));
}

std::unique_ptr<Scan> JsonlSource::scan(const ScanRequest& request) const {
    return std::make_unique<JsonlScan>(inputs_, declared_, request, settings_.block_size, settings_.max_line);
}

}  // namespace sluice::jsonl
