// Memory for what takes many megabytes and is read in no order: a vector, and plain bytes. The system is asked for huge
// pages (2 MiB), where it has them for the asking (transparent_hugepage: madvise, the usual setting): then the
// processor knows where the array lies without walking tables of pages of 4 KiB, and there are 512 times fewer faults
// when it is first touched. Small arrays are as in any vector.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace sluice {

template <typename Value>
class LargeAllocator {
public:
    using value_type = Value;

    LargeAllocator() noexcept = default;
    template <typename Other>
    // NOLINTNEXTLINE(google-explicit-constructor): an allocator's rule
    LargeAllocator(const LargeAllocator<Other>&) noexcept {}

    [[nodiscard]] Value* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(Value);
        if (bytes < kHugePage) return static_cast<Value*>(::operator new(bytes));
        void* memory = ::operator new (bytes, std::align_val_t{kHugePage});
        ::madvise(memory, bytes, MADV_HUGEPAGE);  // a wish: what it cannot do is only slower
        return static_cast<Value*>(memory);
    }
    void deallocate(Value* memory, std::size_t count) noexcept {
        if (count * sizeof(Value) < kHugePage) return ::operator delete(memory);
        ::operator delete (memory, std::align_val_t{kHugePage});
    }
    bool operator==(const LargeAllocator&) const noexcept = default;

private:
    static constexpr std::size_t kHugePage = std::size_t{2} << 20U;
};

template <typename Value>
using LargeVector = std::vector<Value, LargeAllocator<Value>>;

// Bytes that begin as nothing in particular. Movable, not copyable.
class LargeBytes {
public:
    LargeBytes() noexcept = default;
    explicit LargeBytes(std::size_t size) : data_(LargeAllocator<char>().allocate(size)), size_(size) {}
    LargeBytes(LargeBytes&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    LargeBytes& operator=(LargeBytes&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~LargeBytes() {
        if (data_ != nullptr) LargeAllocator<char>().deallocate(data_, size_);
    }

    [[nodiscard]] char* data() noexcept { return data_; }
    [[nodiscard]] const char* data() const noexcept { return data_; }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace sluice
