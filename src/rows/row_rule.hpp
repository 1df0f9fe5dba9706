// What a row must meet by one of its values, beyond its syntax and its types: one that does not is bad.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rows/token.hpp"

namespace sluice {

// Immutable and thread-safe.
class RowRule {
public:
    virtual ~RowRule() = default;
    [[nodiscard]] virtual const std::string& column() const = 0;
    // Of any value, also null, which stands for a column that the row lacks. `scratch` keeps memory between calls.
    [[nodiscard]] virtual bool meets(const Token& value, std::string& scratch) const = 0;
    // What is wrong with a value that does not: a sentence for people.
    [[nodiscard]] virtual std::string objection(const Token& value) const = 0;
};

using RowRules = std::vector<std::shared_ptr<const RowRule>>;

}  // namespace sluice
