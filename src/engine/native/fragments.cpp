#include "engine/native/fragments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice {
namespace {

// A block's text is cut here: 32 bits are enough for a place in it, and the room that is left is soon known.
constexpr std::size_t kLargestText = std::size_t{1} << 25U;
constexpr std::size_t kValuesBetweenChecks = std::size_t{1} << 22U;

bool same_field(const FragmentField& a, const FragmentField& b) {
    return a.input == b.input && a.output.name == b.output.name;
}

}  // namespace

OutputColumn output_column(std::string name, std::string_view source_column, const DeclaredTypes& types) {
    OutputColumn column{std::move(name), Meaning::value, {}};
    const auto declared = types.find(source_column);
    if (declared == types.end()) return column;
    column.type = typed_file_type(declared->second.type);
    if (declared->second.type == Type::timestamp) column.meaning = Meaning::timestamp;
    if (declared->second.type == Type::timestamp_ns) column.meaning = Meaning::timestamp_ns;
    if (column.meaning != Meaning::value) column.notation = declared->second.notation;
    return column;
}

FragmentSet::FragmentSet(const NativeJoin& join, JoinSide side, RowLayout layout, ValueStyle style,
                         const DeclaredTypes& types, FragmentRoom& room)
    : join_(&join), side_(side), layout_(layout), style_(style), types_(&types), room_(&room) {}

void FragmentSet::predict(std::span<const std::string> own, std::vector<std::string> other) {
    std::optional<std::vector<FragmentField>> fields = fields_for(own, other);
    clear();
    other_ = std::move(other);
    other_at_ = positions_of(other_);
    usable_ = fields.has_value();
    fields_.clear();
    places_.clear();
    for (const std::string& name : own) places_.emplace(name, kUnwritten);
    if (!usable_) return;
    for (FragmentField& field : *fields) {
        places_[field.input] = static_cast<std::int32_t>(fields_.size());
        fields_.push_back(std::move(field));
    }
}

std::optional<std::vector<FragmentField>> FragmentSet::fields_for(std::span<const std::string> own,
                                                                  std::span<const std::string> other) const {
    const bool left = side_ == JoinSide::left;
    const Result<std::vector<JoinedColumn>> joined =
        left ? join_columns(own, other, join_->shape) : join_columns(other, own, join_->shape);
    if (!joined) return std::nullopt;
    std::vector<FragmentField> fields;
    for (const JoinedColumn& column : *joined) {
        // A key that both have is written by the left.
        if (left ? !column.left.has_value() : column.left.has_value()) continue;
        const std::string& input = own[left ? *column.left : *column.right];
        fields.push_back({input, output_column(column.name, input, *types_)});
    }
    return fields;
}

std::int32_t FragmentSet::place_of(const std::string& name, FragmentFormatter& formatter) {
    const std::lock_guard lock(mutex_);
    const auto [place, is_new] = places_.try_emplace(name, kUnwritten);
    if (is_new) {
        std::optional<std::string> written = side_ == JoinSide::left
                                                 ? std::optional(joined_left_name(name, other_at_, join_->shape))
                                                 : joined_right_name(name, other_at_, join_->shape);
        if (written) {
            place->second = static_cast<std::int32_t>(fields_.size());
            fields_.push_back({name, output_column(*std::move(written), name, *types_)});
        }
    }
    while (formatter.field_count() < fields_.size()) formatter.add(fields_[formatter.field_count()].output);
    return place->second;
}

Error FragmentSet::no_room() const {
    return data_error(std::string(kNoRoomForFragments),
                      fmt::format("{}: the rows of '{}' do not fit into the memory: written with all {} columns of one "
                                  "side they take more than {} MiB; give more --memory, or select the columns that are "
                                  "wanted before the join",
                                  join_->place, join_->step, fields_.size(), room_->limit >> 20U));
}

Result<> FragmentSet::add(Block block) {
    const std::lock_guard lock(mutex_);
    if (room_->used.fetch_add(block.bytes.size()) + block.bytes.size() > room_->limit) return no_room();
    blocks_.push_back(std::move(block));
    return {};
}

void FragmentSet::clear() {
    for (const Block& block : blocks_) room_->used -= block.bytes.size();
    blocks_ = std::vector<Block>();
}

void FragmentSet::sort_blocks() {
    std::sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) { return a.first < b.first; });
}

bool FragmentSet::formatted_as(std::span<const std::string> own, std::span<const std::string> other) const {
    if (!usable_) return false;
    const std::optional<std::vector<FragmentField>> fields = fields_for(own, other);
    return fields && std::equal(fields->begin(), fields->end(), fields_.begin(), fields_.end(), same_field);
}

std::vector<Fragment> FragmentSet::rows() const {
    std::size_t count = 0;
    for (const Block& block : blocks_) count += block.ends.size();
    std::vector<Fragment> rows;
    rows.reserve(count);
    for (const Block& block : blocks_) {
        std::uint32_t begin = 0;
        for (const std::uint32_t end : block.ends) {
            rows.push_back({block.bytes.data() + begin, end - begin, block.fields});
            begin = end;
        }
    }
    return rows;
}

std::vector<std::string> FragmentSet::null_fields() const {
    std::vector<std::string> texts;
    texts.reserve(fields_.size());
    for (const FragmentField& field : fields_) {
        std::string text(texts.empty() ? std::string_view() : layout_.field_separator);
        const Token null;
        FragmentFormatter(std::span(&field.output, 1), layout_, style_).append(std::span(&null, 1), text);
        texts.push_back(std::move(text));
    }
    return texts;
}

FragmentTails::FragmentTails(const FragmentSet& set, std::string_view after) {
    for (const std::string& text : set.null_fields()) {
        begins_.push_back(text_.size());
        text_ += text;
    }
    begins_.push_back(text_.size());
    text_ += after;
    text_.append(kSpare, '\0');
}

Result<> FragmentBuilder::add(const Block& block) {
    if (!set_->usable_) return {};
    Ordinal first = block.ordinals.front();
    std::size_t unchecked = 0;  // values since the stop flag was looked at
    for (std::size_t row = 0; row < block.rows(); ++row) {
        const std::size_t fields_before = formatter_.field_count();
        place_tokens(block.row(row));
        // Rows of one piece of text know the same columns.
        if (fields_before != formatter_.field_count() || text_.size() > kLargestText) {
            TRY(flush(first, fields_before));
            first = block.ordinals[row];
        }
        unchecked += tokens_.size();
        if (unchecked > kValuesBetweenChecks) {
            if (stop_ != nullptr) TRY(stop_->check());
            unchecked = 0;
        }
        formatter_.append(tokens_, text_);
        ends_.push_back(static_cast<std::uint32_t>(text_.size()));
    }
    return flush(first, formatter_.field_count());
}

// Puts the row's tokens into the places of their fields.
void FragmentBuilder::place_tokens(std::span<const RowEntry> row) {
    std::fill(tokens_.begin(), tokens_.end(), Token{});
    for (const RowEntry& entry : row) {
        std::int32_t position = entry.column < positions_.size() ? positions_[entry.column] : kUnknown;
        if (position == kUnknown) position = learn(entry.column);
        if (position >= 0) tokens_[static_cast<std::size_t>(position)] = entry.token;
    }
}

// Fields are only ever added at the end, so known positions stay.
std::int32_t FragmentBuilder::learn(ColumnId column) {
    if (column >= positions_.size()) positions_.resize(column + std::size_t{1}, kUnknown);
    positions_[column] = set_->place_of(scan_->column_name(column), formatter_);
    tokens_.resize(formatter_.field_count());
    return positions_[column];
}

Result<> FragmentBuilder::flush(Ordinal first, std::size_t fields) {
    if (ends_.empty()) return {};
    FragmentSet::Block block;
    block.first = first;
    block.fields = static_cast<std::uint32_t>(fields);
    block.bytes = LargeBytes(text_.size());
    if (!text_.empty()) std::memcpy(block.bytes.data(), text_.data(), text_.size());
    block.ends.assign(ends_.begin(), ends_.end());
    text_.clear();
    ends_.clear();
    return set_->add(std::move(block));
}

}  // namespace sluice
