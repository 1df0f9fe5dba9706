#include "pipeline/memory_guard.hpp"

#include <fmt/format.h>

#include <utility>

#include "utils/heap.hpp"

namespace sluice {

namespace {

class GuardedReader final : public BlockReader {
public:
    GuardedReader(std::unique_ptr<BlockReader> rows, std::uint64_t most) : rows_(std::move(rows)), most_(most) {}

    Result<const Block*> next() override {
        if (resident_bytes() > most_)
            return external_error(std::string(kOverMemoryBudget),
                                  fmt::format("more than {} MiB of memory are in use", most_ >> 20U));
        return rows_->next();
    }

private:
    std::unique_ptr<BlockReader> rows_;
    std::uint64_t most_;
};

class GuardedScan final : public Scan {
public:
    GuardedScan(std::unique_ptr<Scan> scan, std::uint64_t most) : scan_(std::move(scan)), most_(most) {}

    std::unique_ptr<BlockReader> reader() override { return std::make_unique<GuardedReader>(scan_->reader(), most_); }
    Result<ScanSummary> finish() override { return scan_->finish(); }
    const std::string& column_name(ColumnId id) const override { return scan_->column_name(id); }

private:
    std::unique_ptr<Scan> scan_;
    std::uint64_t most_;
};

class GuardedSource final : public ScannableSource {
public:
    GuardedSource(const ScannableSource& source, std::uint64_t most) : source_(source), most_(most) {}

    const std::string& name() const override { return source_.name(); }
    std::uint64_t bytes() const override { return source_.bytes(); }
    std::uint64_t text_bytes() const override { return source_.text_bytes(); }
    const DeclaredTypes& types() const override { return source_.types(); }
    std::unique_ptr<Scan> scan(const ScanRequest& request) const override {
        return std::make_unique<GuardedScan>(source_.scan(request), most_);
    }
    Result<Place> place(Ordinal ordinal) const override { return source_.place(ordinal); }
    std::unique_ptr<PlaceFinder> places() const override { return source_.places(); }
    Result<std::vector<InputFacts>> inputs() const override { return source_.inputs(); }

private:
    const ScannableSource& source_;
    std::uint64_t most_;
};

}  // namespace

std::unique_ptr<ScannableSource> guarded_source(const ScannableSource& source, std::uint64_t most_resident) {
    return std::make_unique<GuardedSource>(source, most_resident);
}

}  // namespace sluice
