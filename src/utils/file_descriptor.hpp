// Owns a POSIX file descriptor and closes it. Moveable; empty (-1) after a move or release().
#pragma once

#include <unistd.h>

#include <utility>

namespace sluice {

class FileDescriptor {
public:
    FileDescriptor() = default;
    explicit FileDescriptor(int descriptor) noexcept : descriptor_(descriptor) {}
    FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~FileDescriptor() { reset(); }

    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool open() const noexcept { return descriptor_ >= 0; }
    // Gives the descriptor away: the caller closes it, where close()'s own failure matters.
    [[nodiscard]] int release() noexcept { return std::exchange(descriptor_, -1); }
    void reset() noexcept {
        if (open()) ::close(release());
    }

private:
    int descriptor_ = -1;
};

}  // namespace sluice
