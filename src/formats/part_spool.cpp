#include "formats/part_spool.hpp"

#include <array>
#include <cstring>

namespace sluice {

namespace {

constexpr std::size_t kWriteBytes = std::size_t{256} << 10U;

// What a text takes besides its object.
std::uint64_t heap_bytes(const std::string& text) {
    static const std::size_t inside = std::string().capacity();
    return text.capacity() > inside ? text.capacity() : 0;
}

}  // namespace

Result<> PartSpool::add(std::size_t number, std::string_view row) {
    Part& part = parts_[number];
    held_ -= heap_bytes(part.waiting);
    part.waiting.append(row);
    held_ += heap_bytes(part.waiting);
    if (part.waiting.size() >= kExtentBytes) {
        TRY(put(part));
        TRY(write());
    }
    return held_ > limit_ ? put_all() : Result<>();
}

Result<> PartSpool::put_all() {
    for (Part& part : parts_) {
        if (!part.waiting.empty()) TRY(put(part));
        held_ -= heap_bytes(part.waiting);
        std::string().swap(part.waiting);  // an assignment would keep the memory
    }
    return write();
}

Result<> PartSpool::put(Part& part) {
    const Head head{.before = part.last, .size = part.waiting.size()};
    part.last = (file_ ? file_->size() : 0) + writing_.size();
    std::array<char, sizeof head> bytes{};
    std::memcpy(bytes.data(), &head, sizeof head);
    writing_.append(bytes.data(), bytes.size());
    writing_.append(part.waiting);
    part.waiting.clear();
    return writing_.size() < kWriteBytes ? Result<>() : write();
}

Result<> PartSpool::write() {
    if (writing_.empty()) return {};
    if (!file_) {
        TRY_ASSIGN(PieceSpool made, PieceSpool::create(folder_));
        file_.emplace(std::move(made));
    }
    TRY(file_->write_at(file_->reserve(writing_.size()), writing_));
    writing_.clear();
    return {};
}

Result<PartSpool::Head> PartSpool::head_at(std::uint64_t offset) const {
    std::array<char, sizeof(Head)> bytes{};
    TRY(file_->read_at(offset, bytes.data(), bytes.size()));
    Head head;
    std::memcpy(&head, bytes.data(), sizeof head);
    return head;
}

Result<> PartSpool::Reader::find_extents() {
    extents_.emplace();
    for (std::uint64_t at = part_.last; at != kNone;) {
        extents_->push_back(at);
        TRY_ASSIGN(const Head head, spool_.head_at(at));
        at = head.before;
    }
    return {};
}

Result<std::string_view> PartSpool::Reader::next() {
    if (!extents_) TRY(find_extents());
    if (!extents_->empty()) {
        const std::uint64_t at = extents_->back();
        extents_->pop_back();
        TRY_ASSIGN(const Head head, spool_.head_at(at));
        text_.resize(head.size);
        TRY(spool_.file_->read_at(at + sizeof(Head), text_.data(), text_.size()));
        return std::string_view(text_);
    }
    if (gave_waiting_) return std::string_view();
    gave_waiting_ = true;
    return std::string_view(part_.waiting);
}

}  // namespace sluice
