// A file without a name in a temporary folder: what cannot be read twice is kept there. It is gone when it is closed,
// also after a crash. One thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

class SpoolFile {
public:
    // `folder` exists. Every failure is kind external: a full disk, no right to write.
    static Result<SpoolFile> create(const std::filesystem::path& folder);

    [[nodiscard]] Result<> append(std::string_view bytes);
    // The open file, to read what was appended.
    [[nodiscard]] int get() const noexcept { return descriptor_.get(); }
    // The open file, for InputFile::adopt().
    [[nodiscard]] FileDescriptor take() && { return std::move(descriptor_); }

    // Why nothing more can be written in this folder, and what to do.
    [[nodiscard]] static Error cannot_write(const std::string& folder, int error_number);

private:
    SpoolFile(FileDescriptor descriptor, std::string folder)
        : descriptor_(std::move(descriptor)), folder_(std::move(folder)) {}

    FileDescriptor descriptor_;
    std::string folder_;
};

}  // namespace sluice
