// Cuts a file into the parts of a multipart upload, and knows which of them are whole while the file is being written.
//
// Of a file whose length is known all parts are of one size: 8 MiB, or as much as it takes for S3's 10,000 parts. Of
// one that only grows nobody knows how long it gets: its n-th part, from 0, is of 8 MiB * 2^(n / 1000), so that the
// first 8 GB go in small parts, and 10,000 of them are more than the largest object that S3 takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice {

inline constexpr std::uint64_t kS3PartBytes = std::uint64_t{8} << 20U;

class S3Parts {
public:
    struct Place {
        std::uint64_t offset = 0;
        std::uint64_t size = 0;
    };

    // The file's length, before the first byte. Without it each byte follows the one before.
    void announce(std::uint64_t total_bytes);
    // These bytes are there: the parts, from 0, that are whole by them. A file of one part has none before finish().
    [[nodiscard]] std::vector<std::size_t> add(std::uint64_t offset, std::uint64_t size);
    // All bytes are there: the parts that were not whole before.
    [[nodiscard]] std::vector<std::size_t> finish(std::uint64_t total_bytes);

    [[nodiscard]] std::size_t count() const { return places_.size(); }
    [[nodiscard]] Place place(std::size_t part) const { return places_[part]; }
    [[nodiscard]] bool length_known() const { return length_known_; }
    // How many bytes the file has, or will have where that is known.
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

private:
    void cut_evenly(std::uint64_t total_bytes);

    std::vector<Place> places_;           // those known so far
    std::vector<std::uint64_t> missing_;  // of each, when the length is known
    std::uint64_t bytes_ = 0;
    bool length_known_ = false;
};

}  // namespace sluice
