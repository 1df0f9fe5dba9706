#include "formats/scan/input_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "io/utf16_stream.hpp"

namespace sluice::formats {

namespace {
constexpr std::size_t kSampled = 1U << 20U;

// Whether the file's bytes are the text. What is compressed shows its encoding only when it is inflated.
bool is_plain_utf8(const InputFile& file, Compression compression) {
    return compression == Compression::none && !is_utf16(file.head());
}

}  // namespace

Result<InputSet> InputSet::open(std::vector<InputFile> files, const InputPolicy& policy) {
    InputSet inputs;
    inputs.policy_ = policy;
    inputs.begins_.push_back(0);
    for (const InputFile& file : files) {
        TRY_ASSIGN(const Compression compression, compression_of(file));
        inputs.compressions_.push_back(compression);
        const bool as_it_is = is_plain_utf8(file, compression);
        inputs.as_it_is_.push_back(as_it_is);
        inputs.all_as_they_are_ = inputs.all_as_they_are_ && as_it_is;
        inputs.bytes_ += file.size();
        const std::uint64_t expansion = as_it_is ? 1 : greatest_expansion(compression) * kUtf16Expansion;
        inputs.begins_.push_back(inputs.begins_.back() + file.size() * expansion);
    }
    inputs.files_ = std::move(files);
    inputs.estimate_text();
    return inputs;
}

// A file that is damaged counts as it is: the scan will say so.
void InputSet::estimate_text() {
    text_bytes_ = bytes_;
    std::uint64_t compressed = 0;
    double ratio = 0;
    for (std::size_t file = 0; file < files_.size(); ++file) {
        if (compressions_[file] == Compression::none) continue;
        compressed += files_[file].size();
        if (ratio != 0) continue;
        const auto opened = stream(file);
        if (!opened) continue;
        std::vector<char> text(kSampled);
        const auto count = (*opened)->read(text.data(), text.size());
        if (count)
            ratio =
                static_cast<double>(*count) / static_cast<double>(std::max<std::uint64_t>(1, (*opened)->consumed()));
    }
    if (ratio > 1) text_bytes_ += static_cast<std::uint64_t>((ratio - 1) * static_cast<double>(compressed));
}

Result<> InputSet::check_unchanged() const {
    if (policy_.to_size_at_open) return {};
    for (const InputFile& file : files_) TRY(file.check_unchanged());
    return {};
}

Error InputSet::last_line_error(std::size_t file, std::uint64_t begin) const {
    return data_error("last_line_cut",
                      fmt::format("the last line of '{}' has no newline (it begins at byte {}), so its writer may not "
                                  "be done: run again later, or say `last_line: leave` to do without it, `last_line: "
                                  "read` to take it as it is",
                                  files_[file].name(), begin));
}

Result<std::unique_ptr<InputStream>> InputSet::stream(std::size_t file) const {
    TRY_ASSIGN(auto bytes, open_stream(files_[file], compressions_[file]));
    if (as_it_is_[file]) return bytes;
    return as_utf8(std::move(bytes));
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
