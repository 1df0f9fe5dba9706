#include "formats/scan/input_set.hpp"

#include <algorithm>

namespace sluice::formats {

Result<InputSet> InputSet::open(std::vector<InputFile> files) {
    InputSet inputs;
    inputs.begins_.push_back(0);
    for (const InputFile& file : files) {
        TRY_ASSIGN(const Compression compression, compression_of(file));
        inputs.compressions_.push_back(compression);
        inputs.compressed_ = inputs.compressed_ || compression != Compression::none;
        inputs.bytes_ += file.size();
        inputs.begins_.push_back(inputs.begins_.back() + file.size() * greatest_expansion(compression));
    }
    inputs.files_ = std::move(files);
    return inputs;
}

Result<std::unique_ptr<InputStream>> InputSet::stream(std::size_t file) const {
    return open_stream(files_[file], compressions_[file]);
}

std::size_t InputSet::file_of(Ordinal ordinal) const {
    // The last file that begins at or before it; empty files begin where the next one does.
    const auto after = std::ranges::upper_bound(begins_, ordinal);
    return static_cast<std::size_t>(after - begins_.begin()) - 1;
}

Result<std::uint64_t> LineCounter::line_at(std::uint64_t byte) {
    constexpr std::size_t kPiece = 1U << 20U;
    if (stream_ == nullptr) {
        TRY_ASSIGN(stream_, inputs_.stream(file_));
        buffer_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, byte)));
    }
    if (buffer_.size() < kPiece && byte - at_ > buffer_.size()) buffer_.resize(kPiece);
    while (at_ < byte) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), byte - at_));
        TRY_ASSIGN(const std::size_t count, stream_->read(buffer_.data(), wanted));
        if (count < wanted) return internal_error("no row has this ordinal");
        newlines_ += static_cast<std::uint64_t>(
            std::count(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count), '\n'));
        at_ += count;
    }
    return newlines_ + 1;
}

Result<Place> InputPlaces::place(Ordinal ordinal) {
    if (ordinal >= inputs_.begin_of(inputs_.files().size())) return internal_error("no row has this ordinal");
    const std::size_t file = inputs_.file_of(ordinal);
    const std::uint64_t byte = ordinal - inputs_.begin_of(file);
    if (!lines_ || file != file_ || byte < byte_) lines_.emplace(inputs_, file);
    file_ = file;
    byte_ = byte;
    TRY_ASSIGN(const std::uint64_t line, lines_->line_at(byte));
    return Place{inputs_.files()[file].name(), line};
}

}  // namespace sluice::formats
