#include "formats/jsonl/structural_index.hpp"

#include <simdjson.h>

#include <algorithm>
#include <bit>

namespace sluice::formats::jsonl {

namespace {
constexpr std::size_t kFirstCapacity = std::size_t{1} << 16U;
}

StructuralIndex::StructuralIndex() = default;
StructuralIndex::~StructuralIndex() = default;

bool StructuralIndex::takes_several_lines() { return simdjson::get_active_implementation()->name() != "fallback"; }

StructuralIndex::Outcome StructuralIndex::build(const char* data, std::size_t size) {
    if (!stage_ || size > capacity_) {
        // Doubling, so that lines of growing lengths do not allocate each time.
        const std::size_t capacity = std::bit_ceil(std::max(size, kFirstCapacity));
        const simdjson::error_code error =
            stage_ ? stage_->set_capacity(capacity)
                   : simdjson::get_active_implementation()->create_dom_parser_implementation(capacity, 1, stage_);
        if (error != simdjson::SUCCESS) return Outcome::out_of_memory;
        capacity_ = capacity;
    }
    const simdjson::error_code error =
        size == 0 ? simdjson::EMPTY
                  : stage_->stage1(reinterpret_cast<const std::uint8_t*>(data), size, simdjson::stage1_mode::regular);
    if (error == simdjson::EMPTY) {  // white space only
        std::ranges::fill(empty_, static_cast<std::uint32_t>(size));
        positions_ = empty_;
        count_ = 0;
        return Outcome::ok;
    }
    positions_ = stage_->structural_indexes.get();
    count_ = stage_->n_structural_indexes;
    return error == simdjson::SUCCESS ? Outcome::ok : Outcome::faulty;
}

}  // namespace sluice::formats::jsonl
