#include "formats/scan/input_set.hpp"

#include <algorithm>

namespace sluice::formats {

InputSet::InputSet(std::vector<InputFile> files) : files_(std::move(files)) {
    begins_.push_back(0);
    for (const InputFile& file : files_) begins_.push_back(begins_.back() + file.size());
}

std::size_t InputSet::file_of(Ordinal ordinal) const {
    // The last file that begins at or before it; empty files begin where the next one does.
    const auto after = std::ranges::upper_bound(begins_, ordinal);
    return static_cast<std::size_t>(after - begins_.begin()) - 1;
}

Result<Place> InputSet::place(Ordinal ordinal) const {
    if (ordinal >= bytes()) return internal_error("no row has this ordinal");
    const std::size_t file = file_of(ordinal);
    TRY_ASSIGN(const std::uint64_t newlines, files_[file].count_newlines(0, ordinal - begins_[file]));
    return Place{files_[file].name(), newlines + 1};
}

}  // namespace sluice::formats
