// A source that is a text of JSON lines in memory, cut into blocks of a few rows. Strict about nothing: the text must
// be valid. Every block is handed out in memory of its own and freed at the next call, so that a reader who keeps a
// token too long is caught by ASan.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "rows/scan.hpp"

namespace sluice::test {

class MemorySource final : public ScannableSource {
public:
    MemorySource(std::string name, std::string text, std::size_t rows_per_block, DeclaredTypes types = {})
        : name_(std::move(name)), text_(std::move(text)), rows_per_block_(rows_per_block), types_(std::move(types)) {}

    [[nodiscard]] const std::string& name() const override { return name_; }
    [[nodiscard]] std::uint64_t bytes() const override { return text_.size(); }
    [[nodiscard]] const DeclaredTypes& types() const override { return types_; }
    [[nodiscard]] std::unique_ptr<Scan> scan(const ScanRequest& request) const override;
    // "<name>.jsonl" and the line.
    [[nodiscard]] Result<Place> place(Ordinal ordinal) const override;

    // How many scans read to the end.
    [[nodiscard]] int finished_scans() const noexcept { return finished_scans_; }

private:
    std::string name_;
    std::string text_;
    std::size_t rows_per_block_;
    DeclaredTypes types_;
    mutable std::atomic<int> finished_scans_{0};
};

}  // namespace sluice::test
