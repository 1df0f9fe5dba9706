#include "formats/csv/scan_types.hpp"

#include <algorithm>
#include <utility>

#include "formats/csv/cell_survey.hpp"

namespace sluice::formats::csv {

namespace {

constexpr std::uint64_t kLargestFirstBlock = std::uint64_t{1} << 20U;

// Entries and a survey of numbers are about all columns. Declared columns need no types.
bool is_wanted(const std::string& name, const RowSettings& settings) {
    const ScanRequest& request = *settings.request;
    const bool asked = request.entries || request.survey_all ||
                       std::ranges::find(request.slots, name) != request.slots.end() ||
                       std::ranges::find(request.surveyed, name) != request.surveyed.end();
    return asked && !settings.declared->contains(name);
}

}  // namespace

ScanTypes::ScanTypes(const CsvSource& source, KnownTypes& known, const RowSettings& settings, MakeChunks make_chunks)
    : source_(source),
      known_(known),
      settings_(settings),
      make_chunks_(std::move(make_chunks)),
      gives_values_(settings.request->entries || !settings.request->slots.empty()),
      seen_(source.columns.names.size()),
      presumed_(source.columns.names.size()) {
    const auto types = known.get();
    for (std::size_t column = 0; column < types.size(); ++column) {
        if (types[column]) {
            seen_.see(column, *types[column]);
        } else {
            presumed_[column] = is_wanted(source.columns.names[column], settings);
        }
    }
}

void ScanTypes::all_read() noexcept {
    for (std::size_t column = 0; column < presumed_.size(); ++column)
        if (presumed_[column]) known_.set(column, seen_[column]);
}

void ScanTypes::settle(ScanSummary& summary) const {
    for (ColumnSummary& column : summary.columns) {
        const auto& names = source_.columns.names;
        const auto at = static_cast<std::size_t>(std::ranges::find(names, column.name) - names.begin());
        if (at == names.size() || !presumed_[at] || seen_[at] != kTexts) continue;
        for (const Kind kind : {Kind::number, Kind::true_, Kind::false_}) {
            if (!column.has(kind)) continue;
            const Ordinal first = column.first_of_kind[static_cast<std::size_t>(kind)];
            Ordinal& first_text = column.first_of_kind[static_cast<std::size_t>(Kind::text)];
            first_text = column.has(Kind::text) ? std::min(first_text, first) : first;
            column.kinds &= ~(1U << static_cast<unsigned>(kind));
            column.kinds |= 1U << static_cast<unsigned>(Kind::text);
            column.numbers = {};
        }
    }
}

bool ScanTypes::can_learn() const noexcept {
    for (std::size_t column = 0; column < presumed_.size(); ++column)
        if (presumed_[column] && seen_[column] != kTexts) return true;
    return false;
}

Result<> ScanTypes::prepare(const InputSet& inputs) {
    const std::lock_guard lock(mutex_);
    if (!prepared_) prepared_ = read_types(inputs);
    return *prepared_;
}

Result<> ScanTypes::read_types(const InputSet& inputs) {
    if (!gives_values_) return {};
    const bool first_only = settings_.request->may_start_over;
    const std::uint64_t block_size =
        first_only ? std::min(settings_.block_size, kLargestFirstBlock) : kLargestFirstBlock;
    const auto chunks = make_chunks_(inputs, block_size);
    const auto reader = chunks->reader();
    CellSurvey survey(source_, settings_, presumed_, seen_);
    while (can_learn()) {
        if (settings_.request->stop != nullptr) TRY(settings_.request->stop->check());
        TRY_ASSIGN(const std::optional<Chunk> chunk, reader->next());
        if (!chunk) break;
        survey.take(*chunk);
        if (first_only) return {};
    }
    if (first_only) return {};
    for (std::size_t column = 0; column < presumed_.size(); ++column) {
        if (presumed_[column]) known_.set(column, seen_[column]);
        presumed_[column] = false;
    }
    return {};
}

}  // namespace sluice::formats::csv
