#include "pipeline/rows_at_fault.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include "rows/key.hpp"

namespace sluice {

namespace {

// The values of some columns of a row as one key: each after its length.
bool append_keys(const std::vector<Token>& values, std::string& keys) {
    std::string key;
    for (const Token& value : values) {
        key.clear();
        if (value.is_null() || !append_key(value, key)) return false;
        keys += fmt::format("{}:", key.size());
        keys += key;
    }
    return true;
}

std::string shown_values(const std::vector<Token>& values) {
    std::vector<std::string> texts;
    for (const Token& value : values) texts.push_back(shown_value(value));
    return fmt::format("{}", fmt::join(texts, ", "));
}

std::uint64_t count_of(const Token& token) {
    std::uint64_t count = 0;
    std::from_chars(token.data, token.data + token.size, count);
    return count;
}

struct FaultyKey {
    std::string key;
    std::string value;
};

class Finder {
public:
    explicit Finder(const Expectation& expectation) : expectation_(expectation) {}

    void take(const TokenBatch& batch) {
        for (std::size_t row = 0; row < batch.rows; ++row) {
            values_.clear();
            for (const auto& column : batch.columns) values_.push_back(column[row]);
            take_row();
        }
    }

    [[nodiscard]] const std::vector<FaultyKey>& keys() const noexcept { return keys_; }
    [[nodiscard]] CheckFinding& finding() noexcept { return finding_; }

private:
    void take_row() {
        switch (expectation_.kind) {
            case ExpectationKind::unique: {
                const std::uint64_t rows = count_of(values_.back());
                values_.pop_back();
                if (rows > 1) add(rows - 1, fmt::format("{}: {} rows", shown_values(values_), rows));
                return;
            }
            case ExpectationKind::distinct_count:
                ++finding_.count;
                return;
            case ExpectationKind::referential:
                if (!values_.front().is_null()) add(1, shown_values(values_));
                return;
            default:
                add(1, shown_values(values_));
        }
    }

    void add(std::uint64_t rows, std::string value) {
        finding_.failing += rows;
        if (finding_.examples.size() >= kExamples) return;
        std::string key;
        if (expectation_.kind != ExpectationKind::sql && append_keys(values_, key)) keys_.push_back({key, value});
        finding_.examples.push_back({.place = {}, .value = std::move(value)});
    }

    const Expectation& expectation_;
    CheckFinding finding_;
    std::vector<FaultyKey> keys_;
    std::vector<Token> values_;
};

// The rows of `source` with one of these keys, each key's first ones until it has `wanted` of them. In their order.
Result<std::vector<CheckExample>> places_of(const ReadSource& read, const Expectation& expectation,
                                            const std::vector<FaultyKey>& keys, std::size_t wanted) {
    std::map<std::string, std::pair<std::size_t, const FaultyKey*>> open;
    for (const FaultyKey& key : keys) open.emplace(key.key, std::pair(wanted, &key));
    ScanRequest request;
    for (const LocatedText& column : expectation.columns) request.slots.push_back(column.value);
    const auto scan = read.source->scan(request);
    const auto reader = scan->reader();
    const auto places = read.source->places();
    std::vector<CheckExample> examples;
    std::vector<Token> values(request.slots.size());
    std::string key;
    while (!open.empty()) {
        TRY_ASSIGN(const Block* block, reader->next());
        if (block == nullptr) break;
        for (std::size_t row = 0; row < block->rows(); ++row) {
            for (std::size_t slot = 0; slot < values.size(); ++slot) values[slot] = block->slots[slot][row];
            key.clear();
            if (!append_keys(values, key)) continue;
            const auto found = open.find(key);
            if (found == open.end()) continue;
            auto& [left, faulty] = found->second;
            if (--left == 0) {
                TRY_ASSIGN(const Place place, places->place(block->ordinals[row]));
                examples.push_back({.place = place.text(), .value = faulty->value});
                open.erase(found);
            }
        }
    }
    return examples;
}

}  // namespace

Result<> read_to_end(RowStream& rows) {
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) return {};
    }
}

Result<CheckFinding> find_rows_at_fault(const PlannedExpectation& planned, RowStream& rows, const ReadSource* source) {
    Finder finder(planned.expectation);
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, rows.next());
        if (batch == nullptr) break;
        finder.take(*batch);
    }
    CheckFinding finding = std::move(finder.finding());
    if (source == nullptr || finder.keys().empty()) return finding;
    // Of a value that is there twice the second row is the one at fault.
    const std::size_t wanted = planned.expectation.kind == ExpectationKind::unique ? 2 : 1;
    TRY_ASSIGN(auto placed, places_of(*source, planned.expectation, finder.keys(), wanted));
    if (!placed.empty()) finding.examples = std::move(placed);
    return finding;
}

}  // namespace sluice
