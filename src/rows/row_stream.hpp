// Finished rows on their way from an engine to a format: batches of tokens.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

// How a format may render a column's tokens. The token itself is always valid JSON.
enum class Meaning {
    value,      // written as the token is
    timestamp,  // text of a time, already checked (rows/timestamp.hpp); `timestamps: epoch_ms` turns it into a number
    timestamp_ns,
    duration,  // an integer of nanoseconds; `durations: text` lays it out, `seconds` divides it
};

struct OutputColumn {
    std::string name;
    Meaning meaning = Meaning::value;
    std::string timezone{};  // timestamps without offset: of this zone; empty: UTC
};

struct TokenBatch {
    std::size_t rows = 0;
    std::vector<std::vector<Token>> columns;  // [column][row]
};

// Pulled by one thread. Batches come in the order in which the rows are to be written.
class RowStream {
public:
    virtual ~RowStream() = default;
    [[nodiscard]] virtual const std::vector<OutputColumn>& columns() const = 0;
    // The next batch, never empty and valid until the next call, or nullptr after the last one.
    [[nodiscard]] virtual Result<const TokenBatch*> next() = 0;
};

}  // namespace sluice
