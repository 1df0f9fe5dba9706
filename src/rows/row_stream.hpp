// Finished rows on their way from an engine to a format: batches of tokens.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rows/time_notation.hpp"
#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

// How a format may render a column's tokens. The token itself is always valid JSON.
enum class Meaning {
    value,      // written as the token is
    timestamp,  // a time in the column's notation, already checked; `timestamps: epoch_ms` turns it into a number
    timestamp_ns,
    duration,  // an integer of nanoseconds; `durations: text` lays it out, `seconds` divides it
};

inline constexpr std::string_view kTypeOfSum = "?";

struct OutputColumn {
    std::string name;
    Meaning meaning = Meaning::value;
    TimeNotation notation{};  // of timestamps
    // The type, as DuckDB calls it, that a file with types should have if the values fit it: of computed and declared
    // columns. kTypeOfSum: BIGINT for integers, else DOUBLE. Empty: what the values say.
    std::string type{};
};

struct TokenBatch {
    std::size_t rows = 0;
    std::vector<std::vector<Token>> columns;  // [column][row]
};

// Rows that are all there: their batches can be asked for in any order, by several threads at once.
class RowPieces {
public:
    virtual ~RowPieces() = default;
    [[nodiscard]] virtual std::size_t count() const = 0;  // of batches
    [[nodiscard]] virtual int threads() const = 0;        // that are worth using
    // Whether the values of the first column are spelled as keys are (rows/key.hpp: key_token), none is null, and no
    // two of them have the same text.
    [[nodiscard]] virtual bool first_column_is_name() const = 0;

    // One thread's way to them. Does not outlive the pieces.
    class Reader {
    public:
        virtual ~Reader() = default;
        // The batch `index`, valid until this reader's next call.
        [[nodiscard]] virtual Result<const TokenBatch*> piece(std::size_t index) = 0;
    };
    [[nodiscard]] virtual std::unique_ptr<Reader> reader() const = 0;
};

// Pulled by one thread. Batches come in the order in which the rows are to be written.
class RowStream {
public:
    virtual ~RowStream() = default;
    [[nodiscard]] virtual const std::vector<OutputColumn>& columns() const = 0;
    // The next batch, never empty and valid until the next call, or nullptr after the last one.
    [[nodiscard]] virtual Result<const TokenBatch*> next() = 0;
    // All the rows as pieces in the same order, if this stream can: then they are asked for instead of next(). Does not
    // outlive the stream.
    [[nodiscard]] virtual const RowPieces* pieces() const { return nullptr; }
};

}  // namespace sluice
