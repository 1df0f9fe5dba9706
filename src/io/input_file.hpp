// Reads a local file whose length is fixed when it is opened. Uses pread, never mmap: a file that shrinks gives an
// error and not a signal. Thread-safe after open(). Every failure is kind external.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

class InputFile {
public:
    // `name` is how messages call the file. Fails for what is missing, unreadable, a directory or not a regular file.
    static Result<InputFile> open(const std::filesystem::path& path, std::string name);
    // An open regular file (a spool); reads what it holds now.
    static Result<InputFile> adopt(FileDescriptor descriptor, std::string name);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    // By which a library that opens files itself finds this one, whatever its name holds or means by now.
    [[nodiscard]] std::string descriptor_path() const;
    // When it was written last, since 1970; nothing for a spool, which has no name that others know.
    [[nodiscard]] const std::optional<std::int64_t>& modified_nanoseconds() const noexcept { return modified_; }

    // Reads exactly `count` bytes from `offset`; offset + count <= size(). Fails when the file has become shorter.
    [[nodiscard]] Result<> read_at(std::uint64_t offset, char* out, std::size_t count) const;

private:
    InputFile(FileDescriptor descriptor, std::string name, std::uint64_t size, std::optional<std::int64_t> modified)
        : descriptor_(std::move(descriptor)), name_(std::move(name)), size_(size), modified_(modified) {}

    FileDescriptor descriptor_;
    std::string name_;
    std::uint64_t size_ = 0;
    std::optional<std::int64_t> modified_;
};

}  // namespace sluice
