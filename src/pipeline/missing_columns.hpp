// Columns that the config names and the data does not have: what the contract lets pass with a warning,
// `missing_columns: fail` does not.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "utils/result.hpp"

namespace sluice {

class MissingColumnList {
public:
    // `warnings` outlives it.
    explicit MissingColumnList(std::vector<std::string>& warnings) : warnings_(&warnings) {}
    // What the config says; to be called before take().
    void follow(MissingColumns rule) noexcept { rule_ = rule; }

    // A whole sentence with its place in the config.
    void take(std::string what);
    // Fails (kind data) with all that are refused.
    [[nodiscard]] Result<> check() const;

private:
    std::vector<std::string>* warnings_;
    std::vector<std::string> refused_;
    MissingColumns rule_ = MissingColumns::warn;
};

}  // namespace sluice
