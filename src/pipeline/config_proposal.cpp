#include "pipeline/config_proposal.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "engine/join_columns.hpp"

namespace sluice {

namespace {

constexpr double kLeastOverlap = 0.1;
constexpr std::size_t kMostJoins = 3;
constexpr std::uint64_t kMostGroups = 50;
constexpr std::uint64_t kLeastRowsPerGroup = 4;
// A join of more rows than this many times its inputs is rarely what was meant.
constexpr double kMostFanOut = 20;

enum class Nature { text, number, boolean, time, other };

// What all values of a column are.
Nature nature_of(const SurveyedColumn& column) {
    const ColumnProfile& profile = column.profile;
    const std::uint64_t values = profile.rows() - profile.nulls();
    if (values == 0) return Nature::other;
    if (profile.all_times()) return Nature::time;
    if (profile.count(Kind::text) == values) return Nature::text;
    if (profile.count(Kind::number) == values) return Nature::number;
    return profile.count(Kind::true_) + profile.count(Kind::false_) == values ? Nature::boolean : Nature::other;
}

bool names_an_id(std::string_view name) {
    return name == "id" || name == "ID" || name.ends_with("_id") || name.ends_with("Id") || name.ends_with("ID") ||
           name.ends_with("-id");
}

// What an expression may call without quotes.
bool is_plain(std::string_view name) { return plain_name(name, "") == name; }

std::vector<std::string> column_names(const SurveyedSource& source) {
    std::vector<std::string> names;
    for (const SurveyedColumn& column : source.columns) names.push_back(column.profile.column().name);
    return names;
}

bool can_join(const SurveyedSource& left, const SurveyedSource& right, const std::string& key) {
    const JoinShape shape{.how = JoinKind::inner, .keys = {{key, key}}};
    return join_columns(column_names(left), column_names(right), shape).has_value();
}

// How likely two columns of one name join two sources; 0: they do not.
double join_score(const SurveyedSource& left, const SurveyedColumn& a, const SurveyedSource& right,
                  const SurveyedColumn& b) {
    const Nature nature = nature_of(a);
    if (nature != nature_of(b) || (nature != Nature::text && nature != Nature::number)) return 0;
    const bool a_is_smaller = a.profile.distinct() <= b.profile.distinct();
    const ColumnProfile& smaller = a_is_smaller ? a.profile : b.profile;
    const ColumnProfile& larger = a_is_smaller ? b.profile : a.profile;
    const double overlap = KeySketch::overlap(smaller.sketch(), larger.sketch());
    const double pairs = overlap * static_cast<double>(left.rows) * static_cast<double>(right.rows) /
                         static_cast<double>(larger.distinct());
    if (overlap < kLeastOverlap || pairs > kMostFanOut * static_cast<double>(left.rows + right.rows)) return 0;
    // Few values in common by chance, as of a status, say less than a name that says "id".
    return overlap + (names_an_id(a.profile.column().name) ? 2 : 0) + (larger.distinct() > kMostGroups ? 1 : 0);
}

struct ScoredJoin {
    ProposedJoin join;
    double score = 0;
};

std::optional<ScoredJoin> best_join(const SurveyedSource& left, const SurveyedSource& right) {
    std::optional<ScoredJoin> best;
    for (const SurveyedColumn& a : left.columns) {
        const std::string& name = a.profile.column().name;
        const auto b = std::ranges::find(right.columns, name,
                                         [](const SurveyedColumn& column) { return column.profile.column().name; });
        if (b == right.columns.end()) continue;
        const double score = join_score(left, a, right, *b);
        if (score == 0 || (best && best->score >= score) || !can_join(left, right, name)) continue;
        const bool a_is_smaller = a.profile.distinct() <= b->profile.distinct();
        best = {{&left, &right, name,
                 a_is_smaller ? KeySketch::overlap(a.profile.sketch(), b->profile.sketch())
                              : KeySketch::overlap(b->profile.sketch(), a.profile.sketch())},
                score};
    }
    return best;
}

std::vector<ProposedJoin> propose_joins(const FolderSurvey& survey) {
    std::vector<ScoredJoin> found;
    for (std::size_t left = 0; left < survey.sources.size(); ++left)
        for (std::size_t right = left + 1; right < survey.sources.size(); ++right)
            if (auto best = best_join(survey.sources[left], survey.sources[right])) found.push_back(std::move(*best));
    std::ranges::stable_sort(found, std::greater(), &ScoredJoin::score);
    std::vector<ProposedJoin> joins;
    for (std::size_t index = 0; index < std::min(found.size(), kMostJoins); ++index)
        joins.push_back(std::move(found[index].join));
    return joins;
}

bool groups_well(const SurveyedSource& source, const SurveyedColumn& column) {
    const std::uint64_t distinct = column.profile.distinct();
    return distinct >= 2 && distinct <= kMostGroups && distinct * kLeastRowsPerGroup <= source.rows;
}

std::optional<ProposedReport> propose_report(const SurveyedSource& source) {
    for (const Nature wanted : {Nature::text, Nature::boolean, Nature::number}) {
        const auto key = std::ranges::find_if(source.columns, [&](const SurveyedColumn& column) {
            // A report's own columns are called so.
            const std::string& name = column.profile.column().name;
            return nature_of(column) == wanted && groups_well(source, column) && !names_an_id(name) &&
                   name != "count" && name != "rows";
        });
        if (key == source.columns.end()) continue;
        ProposedReport report{.source = &source, .key = key->profile.column().name, .measure = {}};
        const auto measure = std::ranges::find_if(source.columns, [&](const SurveyedColumn& column) {
            const std::string& name = column.profile.column().name;
            return nature_of(column) == Nature::number && !groups_well(source, column) && !names_an_id(name) &&
                   is_plain(name) && !column.numbers.huge_exponent && "avg_" + name != report.key;
        });
        if (measure != source.columns.end()) report.measure = measure->profile.column().name;
        return report;
    }
    return std::nullopt;
}

}  // namespace

ConfigProposal propose_config(const FolderSurvey& survey, std::string pipeline, std::string destination) {
    ConfigProposal proposal{.pipeline = std::move(pipeline),
                            .destination = std::move(destination),
                            .joins = propose_joins(survey),
                            .reports = {}};
    for (const SurveyedSource& source : survey.sources)
        if (auto report = propose_report(source)) proposal.reports.push_back(std::move(*report));
    return proposal;
}

}  // namespace sluice
