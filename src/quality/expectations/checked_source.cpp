#include "quality/expectations/checked_source.hpp"

#include <algorithm>
#include <utility>

namespace sluice {

namespace {

class CheckedReader final : public BlockReader {
public:
    CheckedReader(std::unique_ptr<BlockReader> rows, SourceChecks& checks, const std::vector<std::size_t>& slots,
                  std::uint64_t scan)
        : rows_(std::move(rows)), checks_(checks), slots_(slots), scan_(scan), tallies_(slots.size()) {}

    Result<const Block*> next() override {
        auto block = rows_->next();
        if (!block) return block;
        if (*block != nullptr)
            take(**block);
        else if (!std::exchange(handed_in_, true))
            checks_.add(scan_, std::move(tallies_));
        return block;
    }

private:
    void take(const Block& block) {
        const auto row_of = [&block](std::size_t index) { return block.ordinals[index]; };
        for (std::size_t index = 0; index < slots_.size(); ++index)
            checks_.checks()[index].check.take(block.slots[slots_[index]], row_of, tallies_[index], scratch_);
    }

    std::unique_ptr<BlockReader> rows_;
    SourceChecks& checks_;
    const std::vector<std::size_t>& slots_;
    std::uint64_t scan_;
    std::vector<ValueTally> tallies_;
    std::string scratch_;
    bool handed_in_ = false;
};

class CheckedScan final : public Scan {
public:
    CheckedScan(std::unique_ptr<Scan> scan, SourceChecks& checks, std::vector<std::size_t> slots)
        : scan_(std::move(scan)), checks_(checks), slots_(std::move(slots)), number_(checks.begin()) {}

    std::unique_ptr<BlockReader> reader() override {
        return std::make_unique<CheckedReader>(scan_->reader(), checks_, slots_, number_);
    }
    Result<ScanSummary> finish() override { return scan_->finish(); }
    const std::string& column_name(ColumnId id) const override { return scan_->column_name(id); }

private:
    std::unique_ptr<Scan> scan_;
    SourceChecks& checks_;
    std::vector<std::size_t> slots_;  // by check
    std::uint64_t number_;
};

class CheckedSource final : public ScannableSource {
public:
    CheckedSource(std::unique_ptr<ScannableSource> source, SourceChecks& checks)
        : source_(std::move(source)), checks_(checks) {}

    const std::string& name() const override { return source_->name(); }
    std::uint64_t bytes() const override { return source_->bytes(); }
    std::uint64_t text_bytes() const override { return source_->text_bytes(); }
    const DeclaredTypes& types() const override { return source_->types(); }
    Result<Place> place(Ordinal ordinal) const override { return source_->place(ordinal); }
    std::unique_ptr<PlaceFinder> places() const override { return source_->places(); }
    Result<> mend(std::vector<MendedRow> rows) override { return source_->mend(std::move(rows)); }
    Result<std::vector<InputFacts>> inputs() const override { return source_->inputs(); }

    // The checked columns are slots behind those that were asked for, unless they are among them.
    std::unique_ptr<Scan> scan(const ScanRequest& request) const override {
        if (request.bad_rows == nullptr) return source_->scan(request);
        ScanRequest wider = request;
        std::vector<std::size_t> slots;
        for (const SourceChecks::Check& check : checks_.checks()) {
            const auto known = std::ranges::find(wider.slots, check.column);
            slots.push_back(static_cast<std::size_t>(known - wider.slots.begin()));
            if (known == wider.slots.end()) wider.slots.push_back(check.column);
        }
        return std::make_unique<CheckedScan>(source_->scan(wider), checks_, std::move(slots));
    }

private:
    std::unique_ptr<ScannableSource> source_;
    SourceChecks& checks_;
};

}  // namespace

std::uint64_t SourceChecks::begin() {
    const std::scoped_lock lock(mutex_);
    tallies_.assign(checks_.size(), {});
    return ++scan_;
}

void SourceChecks::add(std::uint64_t scan, std::vector<ValueTally>&& found) {
    const std::scoped_lock lock(mutex_);
    if (scan != scan_) return;
    for (std::size_t index = 0; index < found.size(); ++index) tallies_[index].merge(std::move(found[index]));
}

std::unique_ptr<ScannableSource> checked_source(std::unique_ptr<ScannableSource> source, SourceChecks& checks) {
    return std::make_unique<CheckedSource>(std::move(source), checks);
}

}  // namespace sluice
