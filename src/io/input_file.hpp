// Reads a file whose length is fixed when it is opened: a local one, or whatever a ByteSource gives. Uses pread, never
// mmap: a file that shrinks gives an error and not a signal. A read that fails for now (EIO, ESTALE) is tried again.
// Thread-safe after open(). Every failure is kind external.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/byte_source.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"
#include "utils/retry.hpp"
#include "utils/stop.hpp"

namespace sluice {

struct ReadOptions {
    RetryPolicy retry = {};
    RetryClock* clock = nullptr;     // null: the system's
    const StopFlag* stop = nullptr;  // ends the waiting between tries; may be null
    // Keeps the file open. Else it is opened for each read, so that a source of very many files needs few descriptors.
    bool held = true;
    ssize_t (*pread)(int, void*, std::size_t, off_t) = ::pread;  // tests give one that fails
};

class InputFile {
public:
    // `name` is how messages call the file. Fails for what is missing, unreadable, a directory or not a regular file.
    static Result<InputFile> open(const std::filesystem::path& path, std::string name, const ReadOptions& options = {});
    // An open regular file (a spool); reads what it holds now.
    static Result<InputFile> adopt(FileDescriptor descriptor, std::string name);
    // What lies elsewhere; it is always held, has no descriptor, and says itself when it has changed.
    static Result<InputFile> of_source(std::unique_ptr<const ByteSource> source, std::string name);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::uint64_t size() const noexcept { return identity_.size; }
    // Null: a local file.
    [[nodiscard]] const ByteSource* source() const noexcept { return source_.get(); }
    // Its first bytes, kHead of them if it has so many, as they were when it was opened: what tells how it is written.
    // Asking for them later would open each of very many files once more.
    static constexpr std::size_t kHead = 16;
    [[nodiscard]] std::string_view head() const noexcept { return head_; }
    // Held local files only. By which a library that opens files itself finds this one, whatever its name holds or
    // means by now.
    [[nodiscard]] std::string descriptor_path() const;
    // When it was written last, since 1970; nothing for a spool, which has no name that others know.
    [[nodiscard]] std::optional<std::int64_t> modified_nanoseconds() const noexcept;

    // Reads exactly `count` bytes from `offset`; offset + count <= size(). Fails when the file has become shorter.
    [[nodiscard]] Result<> read_at(std::uint64_t offset, char* out, std::size_t count) const;
    // Fails when the file is not what it was when it was opened: gone, replaced, longer, shorter or written to. A file
    // without a name that others know is never checked.
    [[nodiscard]] Result<> check_unchanged() const;

private:
    struct Identity {
        dev_t device;
        ino_t number;
        std::uint64_t size;
        timespec modified;
    };

    InputFile() = default;
    [[nodiscard]] static Result<InputFile> of(FileDescriptor descriptor, std::string name);
    [[nodiscard]] Result<> read_head();
    [[nodiscard]] Result<FileDescriptor> reopen() const;
    [[nodiscard]] Result<std::size_t> read_some(int descriptor, std::uint64_t offset, char* out,
                                                std::size_t count) const;
    [[nodiscard]] Error changed(std::string what) const;

    std::unique_ptr<const ByteSource> source_;  // null: a local file
    FileDescriptor descriptor_;                 // none: opened for each read
    std::filesystem::path path_;                // empty: no name that others know
    std::string name_;
    std::string head_;
    Identity identity_{};
    ReadOptions options_;
    bool linked_ = false;  // it has a name in some folder
};

}  // namespace sluice
