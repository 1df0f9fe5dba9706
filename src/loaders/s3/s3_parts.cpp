#include "loaders/s3/s3_parts.hpp"

#include <algorithm>

namespace sluice {
namespace {

constexpr std::uint64_t kMostParts = 10'000;  // S3's limit
constexpr std::size_t kPartsOfOneSize = 1000;

std::uint64_t growing_size(std::size_t part) { return kS3PartBytes << part / kPartsOfOneSize; }

}  // namespace

void S3Parts::cut_evenly(std::uint64_t total_bytes) {
    const std::uint64_t size = std::max(kS3PartBytes, (total_bytes + kMostParts - 1) / kMostParts);
    for (std::uint64_t offset = 0; offset < total_bytes; offset += size)
        places_.push_back({.offset = offset, .size = std::min(size, total_bytes - offset)});
}

void S3Parts::announce(std::uint64_t total_bytes) {
    bytes_ = total_bytes;
    length_known_ = true;
    if (total_bytes <= kS3PartBytes) return;
    cut_evenly(total_bytes);
    for (const Place& place : places_) missing_.push_back(place.size);
}

std::vector<std::size_t> S3Parts::add(std::uint64_t offset, std::uint64_t size) {
    std::vector<std::size_t> whole;
    if (!missing_.empty()) {
        const std::uint64_t part_bytes = places_.front().size;
        for (const std::uint64_t end = offset + size; offset < end;) {
            const std::size_t part = offset / part_bytes;
            const std::uint64_t there = std::min(end, places_[part].offset + places_[part].size) - offset;
            missing_[part] -= there;
            offset += there;
            if (missing_[part] == 0) whole.push_back(part);
        }
        return whole;
    }
    bytes_ = std::max(bytes_, offset + size);
    if (bytes_ <= kS3PartBytes) return whole;
    for (;;) {
        const std::uint64_t begin = places_.empty() ? 0 : places_.back().offset + places_.back().size;
        const std::uint64_t next = growing_size(places_.size());
        if (bytes_ - begin < next) return whole;
        whole.push_back(places_.size());
        places_.push_back({.offset = begin, .size = next});
    }
}

std::vector<std::size_t> S3Parts::finish(std::uint64_t total_bytes) {
    std::vector<std::size_t> rest;
    if (!missing_.empty()) {
        for (std::size_t part = 0; part < missing_.size(); ++part)
            if (missing_[part] > 0) rest.push_back(part);
        return rest;
    }
    bytes_ = total_bytes;
    const std::size_t before = places_.size();
    if (places_.empty()) {
        cut_evenly(total_bytes);
    } else if (const std::uint64_t begin = places_.back().offset + places_.back().size; begin < total_bytes) {
        places_.push_back({.offset = begin, .size = total_bytes - begin});
    }
    for (std::size_t part = before; part < places_.size(); ++part) rest.push_back(part);
    return rest;
}

}  // namespace sluice
