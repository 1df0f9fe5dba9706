// The FROM of one SELECT: which inputs it mentions, and what tells its rows apart. For sql_order.cpp.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "plan/relational/sql_order.hpp"
#include "utils/json.hpp"

namespace sluice {

class SqlScope {
public:
    // Of `select`, in which `withs` (lower case) are names of WITH. `mentions` counts over the whole query.
    static SqlScope of(const nlohmann::json& select, const std::set<std::string>& withs,
                       const std::vector<OrderedInput>& inputs, std::size_t& mentions);

    // Replaces the mentions in the FROM by their SELECTs with hidden columns, and leaves those out of the stars.
    [[nodiscard]] Result<> hide(nlohmann::json& select) const;

    // Whether each row of the FROM has a place in the input.
    [[nodiscard]] bool has_input_order() const noexcept { return only_inputs_ && !mentions_.empty(); }
    // Whether the SELECT gives a row for each row of its FROM, not for groups.
    [[nodiscard]] bool gives_rows() const noexcept { return !grouped_; }
    // ORDER BY items that put the rows of the FROM into input order; empty without one.
    [[nodiscard]] std::vector<nlohmann::json> input_order() const;
    // ORDER BY items that tell apart what the SELECT gives rows for: rows of the FROM, or groups. Nothing when that
    // cannot be said.
    [[nodiscard]] std::optional<std::vector<nlohmann::json>> ties() const;
    [[nodiscard]] const std::vector<Mention>& mentions() const noexcept { return mentions_; }

private:
    void find_mentions(const nlohmann::json& from, const std::set<std::string>& withs, std::size_t& mentions);
    void find_groups(const nlohmann::json& select);
    [[nodiscard]] std::vector<std::string> hidden_names(const std::string& alias) const;
    [[nodiscard]] Result<> hide_in_from(nlohmann::json& from, std::size_t& next) const;
    void hide_in_stars(nlohmann::json& tree) const;

    const std::vector<OrderedInput>* inputs_ = nullptr;
    std::vector<Mention> mentions_;  // that get hidden columns
    bool only_inputs_ = true;
    bool has_from_ = true;
    bool grouped_ = false;
    std::optional<std::vector<nlohmann::json>> groups_;
};

// Whether a SELECT computes an aggregate in `tree`: not in its subqueries, and not as a window function.
[[nodiscard]] bool has_aggregate(const nlohmann::json& tree);

}  // namespace sluice
