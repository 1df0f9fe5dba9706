#include "alerting/alert_book.hpp"

#include <algorithm>
#include <utility>

namespace sluice {
namespace {

constexpr std::chrono::hours kHour{1};
constexpr std::chrono::hours kKeptFor{24 * 7};
constexpr std::size_t kMostWaiting = 50;

// A clock that was set back has seen nothing of late.
bool is_within(WallTime time, std::chrono::milliseconds span, WallTime now) { return time <= now && now - time < span; }

}  // namespace

bool AlertBook::is_new(const Finding& finding, const AlertRules& rules, WallTime now) const {
    const auto last = told.find(finding.key);
    return last == told.end() || !is_within(last->second, rules.dedupe, now);
}

// What was told of it is forgotten: the next failure is a new one. Gives whether anyone is to be told.
bool AlertBook::end_outage(const AlertRules& rules) {
    std::erase_if(told, [](const auto& entry) { return entry.first.starts_with("failure:"); });
    return !std::exchange(outage, {}).empty() && rules.when.contains(AlertEvent::recovery);
}

void AlertBook::forget_old(const AlertRules& rules, WallTime now) {
    std::erase_if(sent, [&](WallTime time) { return !is_within(time, kHour, now); });
    std::erase_if(told, [&](const auto& entry) { return !is_within(entry.second, rules.dedupe, now); });
}

std::optional<AlertDecision> AlertBook::decide(const AlertRules& rules, const std::vector<Finding>& findings,
                                               const std::string& run, bool is_done, WallTime now) {
    forget_old(rules, now);
    AlertDecision decision{.findings = {}, .recovery = false, .thread = outage.empty() ? run : outage, .held = held};
    if (is_done) decision.recovery = end_outage(rules);
    for (const Finding& finding : findings)
        if (rules.when.contains(finding.event) && finding.severity >= rules.min_severity)
            decision.findings.push_back(finding);
    const bool has_news =
        std::ranges::any_of(decision.findings, [&](const Finding& finding) { return is_new(finding, rules, now); });
    if (!decision.recovery && (!has_news || sent.size() >= rules.max_per_hour)) {
        if (!decision.findings.empty()) ++held;
        return std::nullopt;
    }
    for (const Finding& finding : decision.findings) told[finding.key] = now;
    sent.push_back(now);
    held = 0;
    const bool failed = std::ranges::any_of(
        decision.findings, [](const Finding& finding) { return finding.event == AlertEvent::failure; });
    if (failed && !is_done && outage.empty()) outage = run;
    return decision;
}

void AlertBook::keep(AlertMessage message, WallTime now) {
    waiting.push_back(std::move(message));
    const auto before = waiting.size();
    std::erase_if(waiting, [&](const AlertMessage& one) { return now - one.time > kKeptFor; });
    if (waiting.size() > kMostWaiting)
        waiting.erase(waiting.begin(), waiting.end() - static_cast<std::ptrdiff_t>(kMostWaiting));
    held += before - waiting.size();
}

}  // namespace sluice
