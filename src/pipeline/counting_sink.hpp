// Takes an output's bytes and keeps only their number: where a dry run writes to.
#pragma once

#include <atomic>
#include <cstdint>

#include "formats/byte_sink.hpp"

namespace sluice {

class CountingSink : public ByteSink {
public:
    Result<> append(std::string_view bytes) override {
        bytes_ += bytes.size();
        return {};
    }
    Result<> resize(std::uint64_t) override { return {}; }
    Result<> write_at(std::uint64_t, std::string_view bytes) override { return append(bytes); }

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace sluice
