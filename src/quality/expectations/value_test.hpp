// Whether one value meets an expectation that looks at one value: see Expectation::looks_at_one_value().
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "quality/expectations/expectation.hpp"
#include "rows/time_notation.hpp"
#include "rows/timestamp.hpp"
#include "rows/token.hpp"
#include "utils/result.hpp"

namespace sluice {

// Immutable and thread-safe once made.
class ValueTest {
public:
    virtual ~ValueTest() = default;
    // Of a value that is not null: only `not_null` says anything of null. `scratch` keeps memory between calls.
    [[nodiscard]] virtual bool passes(const Token& token, std::string& scratch) const = 0;
};

// The test of an expectation of one value, over a column whose times are written in `notation`. Fails (kind config) for
// a pattern or a bound that is none.
[[nodiscard]] Result<std::unique_ptr<const ValueTest>> value_test(const Expectation& expectation,
                                                                  const TimeNotation& notation);

// A time as a bound may be written: YYYY-MM-DD, or that with a time of day as `types:` reads it.
[[nodiscard]] std::optional<ParsedTime> time_bound(const std::string& text);

}  // namespace sluice
