#include "pipeline/usual_range.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>

#include "config/tree.hpp"
#include "config/validation.hpp"
#include "extractors/bad_row_limit.hpp"
#include "monitoring/ledger/ledger.hpp"
#include "monitoring/number_text.hpp"
#include "utils/median.hpp"

namespace sluice {

namespace {

constexpr double kAll = 1'000'000;

std::string percent_text(double share) { return fmt::format("{:.3g}%", 100 * share); }

// A figure of a run: nothing where the run has none.
using Figure = std::function<std::optional<double>(const RunReport&)>;
using FigureText = std::function<std::string(double)>;

class Comparison {
public:
    Comparison(const RunReport& run, const std::vector<RunReport>& earlier) : run_(run), earlier_(earlier) {}

    // `most`: how far from the median, in millionths of it.
    void compare(const std::string& on, const std::string& what, const std::optional<std::uint64_t>& most,
                 const Figure& figure, const FigureText& text, bool only_more = false) {
        const auto usual = usual_of(most, figure);
        if (!usual) return;
        const double allowed = usual->median * static_cast<double>(*most) / kAll;
        const double off = usual->now - usual->median;
        if ((only_more ? off : std::abs(off)) <= allowed) return;
        add(on, what, text(usual->now),
            fmt::format("within {} of {}, the median of {} runs", percent_text(static_cast<double>(*most) / kAll),
                        text(usual->median), usual->runs));
    }

    // Shares are compared as such: 2% is one point from 1%.
    void compare_share(const std::string& on, const std::string& what, const std::optional<std::uint64_t>& most,
                       const Figure& figure) {
        const auto usual = usual_of(most, figure);
        if (!usual || std::abs(usual->now - usual->median) <= static_cast<double>(*most) / kAll) return;
        add(on, what, percent_text(usual->now),
            fmt::format("{} points around {}, the median of {} runs", percent_text(static_cast<double>(*most) / kAll),
                        percent_text(usual->median), usual->runs));
    }

    std::vector<CheckReport> take() { return std::move(unusual_); }

private:
    struct Usual {
        double now = 0;
        double median = 0;
        std::size_t runs = 0;
    };

    [[nodiscard]] std::optional<Usual> usual_of(const std::optional<std::uint64_t>& most, const Figure& figure) const {
        const auto now = most ? figure(run_) : std::nullopt;
        if (!now) return std::nullopt;
        std::vector<double> before;
        for (const RunReport& run : earlier_)
            if (const auto value = figure(run)) before.push_back(*value);
        if (before.size() < kFewestRuns) return std::nullopt;
        return Usual{.now = *now, .median = median(before), .runs = before.size()};
    }

    void add(const std::string& on, const std::string& what, std::string found, std::string expected) {
        unusual_.push_back({.on = on,
                            .check = fmt::format("usual {}", what),
                            .severity = "warn",
                            .met = false,
                            .rows = 0,
                            .failing = 0,
                            .expected = std::move(expected),
                            .found = std::move(found),
                            .examples = {}});
    }

    const RunReport& run_;
    const std::vector<RunReport>& earlier_;
    std::vector<CheckReport> unusual_;
};

template <typename Part>
Figure figure_of(std::vector<Part> RunReport::*parts, const std::string& name, std::uint64_t Part::*figure) {
    return [=](const RunReport& run) -> std::optional<double> {
        const auto part = std::ranges::find(run.*parts, name, &Part::name);
        return part == (run.*parts).end() ? std::nullopt : std::optional(static_cast<double>((*part).*figure));
    };
}

std::optional<double> seconds_of(const RunReport& run) {
    return std::chrono::duration<double>(run.end - run.start).count();
}

// "150.5%" -> 1,505,000 millionths.
std::optional<std::uint64_t> parse_share(std::string_view text) {
    constexpr std::size_t kMostDigits = 6;
    if (!text.ends_with('%')) return std::nullopt;
    text.remove_suffix(1);
    const std::size_t point = std::min(text.find('.'), text.size());
    if (point == 0 || point > kMostDigits) return std::nullopt;
    // A share below 1% has the form that other limits have.
    const auto fraction = parse_bad_row_limit(fmt::format("0{}%", text.substr(point)));
    if (!fraction || text.find_first_not_of("0123456789") < point) return std::nullopt;
    std::uint64_t whole = 0;
    std::from_chars(text.data(), text.data() + point, whole);
    return whole * 10'000 + fraction->millionths.value_or(0);
}

std::optional<std::uint64_t> share_of(const Section& usual, std::string_view field, Diagnostics& faults) {
    const Tree* node = usual.node(field);
    if (node == nullptr || node->faulty()) return std::nullopt;
    const auto share = node->is_scalar() ? parse_share(node->text()) : std::nullopt;
    if (!share)
        faults.add(node->location(),
                   node->is_scalar() ? fmt::format("{} cannot be {}", field, in_quotes(node->text()))
                                     : fmt::format("{} must be a percentage, not {}", field, node->kind_name()),
                   {}, "a percentage such as 50% or 2.5%, with at most four digits after the point");
    return share;
}

}  // namespace

std::optional<UsualRange> usual_range(const Config& config, Diagnostics& faults) {
    const Section top = SectionReader::make(config.root, *config.root, top_fields());
    const auto expectations = top.section("expectations");
    const auto usual = expectations ? expectations->section("usual") : std::nullopt;
    if (!usual) return std::nullopt;
    return UsualRange{.runs = static_cast<std::size_t>(usual->integer("runs")),
                      .rows = share_of(*usual, "rows", faults),
                      .bytes = share_of(*usual, "bytes", faults),
                      .duration = share_of(*usual, "duration", faults),
                      .failing_share = share_of(*usual, "failing", faults)};
}

std::vector<CheckReport> unusual(const RunReport& run, const std::vector<RunReport>& earlier, const UsualRange& range) {
    Comparison comparison(run, earlier);
    const auto rows = [](double count) {
        return fmt::format("{} rows", count_text(static_cast<std::uint64_t>(count)));
    };
    const auto bytes = [](double count) { return bytes_text(static_cast<std::uint64_t>(count)); };
    for (const SourceReport& source : run.sources) {
        comparison.compare(source.name, "rows", range.rows,
                           figure_of(&RunReport::sources, source.name, &SourceReport::rows_read), rows);
        comparison.compare(source.name, "bytes", range.bytes,
                           figure_of(&RunReport::sources, source.name, &SourceReport::bytes), bytes);
    }
    for (const OutputReport& output : run.outputs) {
        comparison.compare(output.name, "rows written", range.rows,
                           figure_of(&RunReport::outputs, output.name, &OutputReport::rows), rows);
        comparison.compare(output.name, "bytes written", range.bytes,
                           figure_of(&RunReport::outputs, output.name, &OutputReport::bytes), bytes);
    }
    for (const CheckReport& check : run.checks) {
        const Figure share = [&check](const RunReport& other) -> std::optional<double> {
            const auto same = std::ranges::find_if(other.checks, [&](const CheckReport& one) {
                return one.on == check.on && one.check == check.check && one.rows > 0;
            });
            if (same == other.checks.end()) return std::nullopt;
            return static_cast<double>(same->failing) / static_cast<double>(same->rows);
        };
        comparison.compare_share(check.on, check.check, range.failing_share, share);
    }
    comparison.compare(run.pipeline, "duration", range.duration, seconds_of, seconds_text, true);
    return comparison.take();
}

void compare_with_earlier_runs(const Config& config, const std::filesystem::path& state, RunReport& run) {
    Diagnostics none;  // assemble() has told them
    const auto range = usual_range(config, none);
    if (!range || run.dry_run || run.status != "done") return;
    const auto ledger = Ledger::open_to_read(state);
    if (ledger && *ledger == nullptr) return;
    // Dry runs and replays are of another kind, so a few more are read than are looked at.
    auto earlier = ledger ? (*ledger)->runs({.pipeline = run.pipeline, .status = "done", .most = 2 * range->runs})
                          : Result<std::vector<RunReport>>(ledger.error());
    if (!earlier) {
        run.warnings.push_back("the run was not compared with earlier ones: " + earlier.error().message);
        return;
    }
    std::erase_if(*earlier, [&run](const RunReport& other) {
        return other.dry_run || !other.replay_of.empty() || other.environment != run.environment;
    });
    if (earlier->size() > range->runs) earlier->resize(range->runs);
    for (CheckReport& check : unusual(run, *earlier, *range)) {
        run.warnings.push_back(
            fmt::format("{} of '{}': {}; usual: {}", check.check, check.on, check.found, check.expected));
        run.checks.push_back(std::move(check));
    }
}

}  // namespace sluice
