#include "io/compressed_input.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {

Result<> CompressedInput::refill() {
    if (used_ < filled_) return {};
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(piece_, file_.size() - read_to_));
    if (buffer_.size() < count) buffer_.resize(count);
    TRY(file_.read_at(read_to_, buffer_.data(), count));
    used_ = 0;
    filled_ = count;
    read_to_ += count;
    return {};
}

Error CompressedInput::damaged(std::string_view what, std::uint64_t byte) const {
    return data_error("damaged_file", fmt::format("cannot read '{}': {} at byte {} of the compressed file; "
                                                  "nothing of it can be trusted: get a whole copy of it",
                                                  file_.name(), what, byte));
}

Error CompressedInput::truncated(std::string_view part, std::uint64_t begin) const {
    return data_error(
        "damaged_file",
        fmt::format("cannot read '{}': it ends at byte {} in the middle of the {} that begins at byte {}: "
                    "it was cut; nothing of it can be trusted: get a whole copy of it",
                    file_.name(), file_.size(), part, begin));
}

}  // namespace sluice
