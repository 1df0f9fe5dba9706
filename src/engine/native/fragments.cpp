#include "engine/native/fragments.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice {
namespace {

// A block's text is cut here, so that 32 bits are enough for a place in it.
constexpr std::size_t kLargestText = std::size_t{1} << 30U;

bool same_field(const FragmentField& a, const FragmentField& b) {
    return a.input == b.input && a.output.name == b.output.name;
}

bool starts_with(std::span<const FragmentField> fields, std::span<const FragmentField> first) {
    return first.size() <= fields.size() && std::equal(first.begin(), first.end(), fields.begin(), same_field);
}

}  // namespace

OutputColumn output_column(std::string name, std::string_view source_column, const DeclaredTypes& types) {
    OutputColumn column{std::move(name), Meaning::value, {}};
    const auto declared = types.find(source_column);
    if (declared == types.end()) return column;
    if (declared->second.type == Type::timestamp) column.meaning = Meaning::timestamp;
    if (declared->second.type == Type::timestamp_ns) column.meaning = Meaning::timestamp_ns;
    if (column.meaning != Meaning::value) column.timezone = declared->second.timezone;
    return column;
}

FragmentSet::FragmentSet(JoinShape shape, JoinSide side, RowLayout layout, ValueStyle style, const DeclaredTypes& types)
    : shape_(std::move(shape)), side_(side), layout_(layout), style_(style), types_(&types) {
    predict({}, {});
}

void FragmentSet::predict(std::vector<std::string> own, std::vector<std::string> other) {
    std::optional<std::vector<FragmentField>> fields = fields_for(own, other);
    const bool usable = fields.has_value();
    other_ = std::move(other);
    version_ = make_version(std::move(own), usable ? *std::move(fields) : std::vector<FragmentField>{}, usable);
    blocks_.clear();
}

std::optional<std::vector<FragmentField>> FragmentSet::fields_for(std::span<const std::string> own,
                                                                  std::span<const std::string> other) const {
    const bool left = side_ == JoinSide::left;
    const Result<std::vector<JoinedColumn>> joined =
        left ? join_columns(own, other, shape_) : join_columns(other, own, shape_);
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

std::shared_ptr<const FragmentSet::Version> FragmentSet::make_version(std::vector<std::string> own,
                                                                      std::vector<FragmentField> fields,
                                                                      bool usable) const {
    FragmentFormatter formatter(fields, layout_, style_);
    return std::make_shared<const Version>(Version{std::move(own), std::move(fields), std::move(formatter), usable});
}

std::shared_ptr<const FragmentSet::Version> FragmentSet::current() const {
    const std::lock_guard lock(mutex_);
    return version_;
}

std::shared_ptr<const FragmentSet::Version> FragmentSet::version_with(const std::string& name) {
    const std::lock_guard lock(mutex_);
    if (std::find(version_->own.begin(), version_->own.end(), name) != version_->own.end()) return version_;
    std::vector<std::string> own = version_->own;
    own.push_back(name);
    std::optional<std::vector<FragmentField>> fields = fields_for(own, other_);
    const bool usable = version_->usable && fields && starts_with(*fields, version_->fields);
    version_ = make_version(std::move(own), usable ? *std::move(fields) : version_->fields, usable);
    return version_;
}

void FragmentSet::add(Block block) {
    const std::lock_guard lock(mutex_);
    blocks_.push_back(std::move(block));
}

void FragmentSet::sort_blocks() {
    std::sort(blocks_.begin(), blocks_.end(), [](const Block& a, const Block& b) { return a.first < b.first; });
}

bool FragmentSet::formatted_as(std::span<const std::string> own, std::span<const std::string> other) const {
    if (!version_->usable) return false;
    const std::optional<std::vector<FragmentField>> fields = fields_for(own, other);
    return fields && fields->size() == version_->fields.size() && starts_with(*fields, version_->fields);
}

std::vector<Fragment> FragmentSet::rows() const {
    std::size_t count = 0;
    for (const Block& block : blocks_) count += block.ends.size();
    std::vector<Fragment> rows;
    rows.reserve(count);
    for (const Block& block : blocks_) {
        std::uint32_t begin = 0;
        for (const std::uint32_t end : block.ends) {
            rows.push_back({block.bytes.get() + begin, end - begin, block.fields});
            begin = end;
        }
    }
    return rows;
}

std::string FragmentSet::tail(std::size_t fields) const {
    const auto missing = std::span(version_->fields).subspan(fields);
    std::string text;
    if (missing.empty()) return text;
    if (fields > 0) text = layout_.field_separator;
    const std::vector<Token> nulls(missing.size());
    FragmentFormatter({missing.begin(), missing.end()}, layout_, style_).append(nulls, text);
    return text;
}

void FragmentBuilder::add(const Block& block) {
    take(set_->current());
    Ordinal first = block.ordinals.front();
    for (std::size_t row = 0; row < block.rows() && version_->usable; ++row) {
        const std::size_t fields_before = version_->fields.size();
        while (!place_tokens(block.row(row))) {
        }
        // Rows of one piece of text know the same columns.
        if (fields_before != version_->fields.size() || text_.size() > kLargestText) {
            flush(first, fields_before);
            first = block.ordinals[row];
        }
        if (!version_->usable) break;
        version_->formatter.append(tokens_, text_);
        ends_.push_back(static_cast<std::uint32_t>(text_.size()));
    }
    flush(first, version_->fields.size());
}

// Puts the row's tokens into the places of their fields. False when a column was met that has no place yet: the places
// have changed then.
bool FragmentBuilder::place_tokens(std::span<const RowEntry> row) {
    std::fill(tokens_.begin(), tokens_.end(), Token{});
    for (const RowEntry& entry : row) {
        const std::int32_t position = entry.column < positions_.size() ? positions_[entry.column] : kUnknown;
        if (position >= 0) {
            tokens_[static_cast<std::size_t>(position)] = entry.token;
        } else if (position == kUnknown) {
            learn(entry.column);
            return false;
        }
    }
    return true;
}

void FragmentBuilder::learn(ColumnId column) {
    const std::string& name = scan_->column_name(column);
    take(set_->version_with(name));
    if (column >= positions_.size()) positions_.resize(column + 1, kUnknown);
    const auto& fields = version_->fields;
    const auto found =
        std::find_if(fields.begin(), fields.end(), [&](const FragmentField& field) { return field.input == name; });
    positions_[column] = found == fields.end() ? kUnwritten : static_cast<std::int32_t>(found - fields.begin());
}

// Versions only ever add fields at the end, so known positions stay.
void FragmentBuilder::take(std::shared_ptr<const FragmentSet::Version> version) {
    version_ = std::move(version);
    tokens_.resize(version_->fields.size());
}

void FragmentBuilder::flush(Ordinal first, std::size_t fields) {
    if (!ends_.empty()) {
        FragmentSet::Block block;
        block.first = first;
        block.fields = static_cast<std::uint32_t>(fields);
        block.bytes = std::make_unique_for_overwrite<char[]>(text_.size());
        if (!text_.empty()) std::memcpy(block.bytes.get(), text_.data(), text_.size());
        block.ends.assign(ends_.begin(), ends_.end());
        set_->add(std::move(block));
    }
    text_.clear();
    ends_.clear();
}

}  // namespace sluice
