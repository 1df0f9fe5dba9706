#include "plan/relational/value_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "formats/scan/number_survey.hpp"

namespace sluice {

namespace {

// The first source that the row has a place in.
DataPlace place_of(const TokenBatch& batch, std::size_t row, const std::vector<std::size_t>& sources) {
    for (std::size_t index = 0; index < sources.size(); ++index) {
        const std::string_view text = batch.columns[index][row].view();
        DataPlace place{sources[index], 0};
        if (std::from_chars(text.data(), text.data() + text.size(), place.ordinal).ec == std::errc()) return place;
    }
    return kNoPlace;
}

// Rows come in no order, so the first place is the least.
void add_value(const Token& token, const DataPlace& place, ColumnFacts& facts) {
    if (token.is_null()) return;
    const auto kind = static_cast<std::size_t>(token.kind);
    facts.first_of_kind[kind] = facts.has(token.kind) ? std::min(facts.first_of_kind[kind], place) : place;
    facts.kinds |= 1U << kind;
    if (token.kind != Kind::number) return;
    NumberSurvey one;
    formats::survey_number(token.view(), 0, one);
    if (one.huge_exponent)
        facts.first_huge_exponent = facts.numbers.huge_exponent ? std::min(facts.first_huge_exponent, place) : place;
    formats::merge_surveys(one, facts.numbers);
}

}  // namespace

Result<> survey_values(DuckdbEngine& engine, const std::vector<std::string>& values, BoundRelation& relation) {
    std::string list;
    std::vector<OutputColumn> outputs;
    const auto add = [&](const std::string& value) {
        list += (list.empty() ? "" : ", ") + value;
        outputs.push_back({fmt::format("{}", outputs.size()), Meaning::value, {}});
    };
    std::vector<std::size_t> sources;
    for (std::size_t index = 0; index < relation.order.size(); ++index) {
        if (!relation.order[index].source) continue;
        sources.push_back(*relation.order[index].source);
        add(fmt::format("CAST(o{} AS VARCHAR)", index));
    }
    std::vector<ColumnFacts*> surveyed;
    for (std::size_t index = 0; index < relation.columns.size(); ++index) {
        BoundColumn& column = relation.columns[index];
        if (!column.facts.unsurveyed || values[index].empty()) continue;
        column.facts.unsurveyed = false;
        surveyed.push_back(&column.facts);
        add(fmt::format("c{}", index));
    }
    if (surveyed.empty()) return {};
    TRY_ASSIGN(const auto rows, engine.stream(fmt::format("SELECT {} FROM {}", list, relation.table), outputs));
    for (;;) {
        TRY_ASSIGN(const TokenBatch* batch, rows->next());
        if (batch == nullptr) return {};
        for (std::size_t row = 0; row < batch->rows; ++row) {
            const DataPlace place = place_of(*batch, row, sources);
            for (std::size_t index = 0; index < surveyed.size(); ++index)
                add_value(batch->columns[sources.size() + index][row], place, *surveyed[index]);
        }
    }
}

}  // namespace sluice
