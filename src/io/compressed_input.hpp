// The compressed bytes of a file, a piece at a time, for the inflaters. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/input_file.hpp"
#include "utils/result.hpp"

namespace sluice {

class CompressedInput {
public:
    CompressedInput(const InputFile& file, std::size_t piece) : file_(file), piece_(piece) {}

    // After it, rest() is empty only at the end of the file.
    [[nodiscard]] Result<> refill();
    // What was read and not skipped yet.
    [[nodiscard]] std::string_view rest() const noexcept { return {buffer_.data() + used_, filled_ - used_}; }
    void skip(std::size_t count) noexcept { used_ += count; }
    [[nodiscard]] bool at_end() const noexcept { return used_ == filled_ && read_to_ == file_.size(); }
    // Where rest() begins in the file.
    [[nodiscard]] std::uint64_t offset() const noexcept { return read_to_ - (filled_ - used_); }

    [[nodiscard]] const std::string& name() const noexcept { return file_.name(); }
    // The error of a file that cannot be inflated: "cannot read 'a.gz': WHAT at byte N of the file; ...".
    [[nodiscard]] Error damaged(std::string_view what, std::uint64_t byte) const;
    // The error of a file that ends inside the member or frame that begins at `begin`.
    [[nodiscard]] Error truncated(std::string_view part, std::uint64_t begin) const;

private:
    const InputFile& file_;
    std::size_t piece_;
    std::vector<char> buffer_;
    std::size_t used_ = 0;
    std::size_t filled_ = 0;
    std::uint64_t read_to_ = 0;
};

}  // namespace sluice
