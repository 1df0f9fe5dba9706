// Keeps what is written, and knows when a byte was written twice or not at all.
#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <vector>

#include "formats/byte_sink.hpp"

namespace sluice::test {

class MemorySink final : public ByteSink {
public:
    Result<> append(std::string_view bytes) override {
        bytes_ += bytes;
        return {};
    }
    Result<> resize(std::uint64_t total_bytes) override {
        bytes_.assign(total_bytes, '\0');
        writes_.assign(total_bytes, 0);
        return {};
    }
    Result<> write_at(std::uint64_t offset, std::string_view bytes) override {
        const std::lock_guard lock(mutex_);
        if (offset + bytes.size() > bytes_.size()) return internal_error("written beyond the end");
        bytes_.replace(offset, bytes.size(), bytes);
        for (std::size_t index = 0; index < bytes.size(); ++index) ++writes_[offset + index];
        return {};
    }

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
    [[nodiscard]] bool each_byte_once() const {
        return std::all_of(writes_.begin(), writes_.end(), [](int writes) { return writes == 1; });
    }

private:
    std::mutex mutex_;
    std::string bytes_;
    std::vector<int> writes_;
};

}  // namespace sluice::test
