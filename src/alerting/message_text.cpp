#include "alerting/message_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "alerting/message_groups.hpp"
#include "alerting/phrases.hpp"
#include "config/characters.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

// Data errors whose first line quotes no value.
constexpr std::array<std::string_view, 7> kWithoutValues{"bad_rows",      "column_names",    "drift",     "expectation",
                                                         "input_changed", "missing_columns", "name_clash"};

bool has(const AlertDecision& decision, AlertEvent event) {
    return std::ranges::any_of(decision.findings, [&](const Finding& finding) { return finding.event == event; });
}

// As a link of one sentence: lines that follow the first are set in by the program, and stay out.
std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

class MessageWriter {
public:
    MessageWriter(const MessageSubject& subject, const AlertDecision& decision)
        : subject_(subject),
          report_(subject.report),
          decision_(decision),
          words_(phrases(subject.wording.language)),
          failed_(report_.status != "done") {}

    AlertMessage write(const std::string& channel);

private:
    [[nodiscard]] std::string show_command() const { return "sluice runs show " + report_.run; }
    [[nodiscard]] std::string time(WallTime time) const { return local_time(time, subject_.wording.timezone); }
    [[nodiscard]] std::string title() const;
    [[nodiscard]] std::string what_happened() const;
    [[nodiscard]] std::string failure_line() const;
    [[nodiscard]] std::string published() const;
    [[nodiscard]] std::string next() const;
    void add_facts(AlertMessage& message) const;

    const MessageSubject& subject_;
    const RunReport& report_;
    const AlertDecision& decision_;
    const Phrases& words_;
    bool failed_;
};

std::string MessageWriter::title() const {
    const std::string_view what = failed_                               ? words_.failed
                                  : has(decision_, AlertEvent::failure) ? words_.failed
                                  : decision_.recovery                  ? words_.recovered
                                  : decision_.findings.empty()          ? words_.done
                                                                        : words_.findings;
    return message_title(report_.pipeline, report_.environment, what);
}

// The message of a fault in the data may quote a value; then its code and where to read it stand for it.
std::string MessageWriter::failure_line() const {
    const Error& error = *report_.error;
    if (error.kind == ErrorKind::interrupted) return put_in(words_.line_failed, put_in(words_.killed, error.signal));
    const bool may_quote =
        error.kind == ErrorKind::data && std::ranges::find(kWithoutValues, error.code) == kWithoutValues.end();
    if (may_quote && !subject_.shows_values)
        return put_in(words_.line_failed, put_in(words_.quotes_data, error.code, show_command()));
    std::string line = report_.failure.empty() ? "failed: " + error.message : report_.failure.front();
    if (error.kind == ErrorKind::data && !subject_.shows_values) line = first_line(line);
    return translated(shortened(line), subject_.wording.language);
}

std::string MessageWriter::what_happened() const {
    if (report_.error) return failure_line();
    if (!subject_.crashed.empty()) {
        const RunReport& run = subject_.crashed.back();
        return put_in(words_.line_failed, put_in(words_.crashed, run.run, time(run.start)));
    }
    if (decision_.recovery && subject_.past.failing_since)
        return put_in(words_.line_recovered,
                      put_in(words_.recovered_after, report_.run, count_text(subject_.past.failed),
                             time(*subject_.past.failing_since)));
    return put_in(decision_.recovery ? words_.line_recovered : words_.line_done, put_in(words_.outage_of, report_.run));
}

std::string MessageWriter::published() const {
    if (report_.failure.size() > 1) return translated(shortened(report_.failure[1]), subject_.wording.language);
    std::vector<std::string> addresses;
    for (const DestinationReport& destination : report_.destinations)
        if (destination.published) addresses.push_back(destination.address);
    std::string what = addresses.empty()
                           ? std::string(words_.published_nothing)
                           : put_in(report_.outputs.size() == 1 ? words_.published_one : words_.published_at,
                                    report_.outputs.size(), fmt::format("{}", fmt::join(addresses, ", ")));
    if (!failed_ && !subject_.crashed.empty()) what = put_in(words_.published_crash, what);
    return put_in(words_.line_published, shortened(what));
}

std::string MessageWriter::next() const {
    if (report_.failure.size() > 2) return translated(shortened(report_.failure[2]), subject_.wording.language);
    for (const SourceReport& source : report_.sources)
        if (!source.quarantine.empty())
            return put_in(words_.line_next, put_in(words_.replay, source.quarantine, report_.run));
    if (!failed_ && decision_.findings.empty())
        return put_in(words_.line_next, put_in(words_.nothing_to_do, show_command()));
    if (!failed_ && !subject_.crashed.empty())
        return put_in(words_.line_next,
                      put_in(words_.nothing_to_do, "sluice runs show " + subject_.crashed.back().run));
    return put_in(words_.line_next, put_in(words_.look_at, show_command()));
}

void MessageWriter::add_facts(AlertMessage& message) const {
    const auto add = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) message.facts.emplace_back(label, shortened(showable(value)));
    };
    add(words_.run, report_.run);
    add(words_.begun, time(report_.start));
    add(words_.took, seconds_text(std::chrono::duration<double>(report_.end - report_.start).count()));
    add(words_.host, report_.process.host);
    add(words_.folder, subject_.folder);
    add(words_.config, report_.config_path);
    if (failed_) {
        add(words_.failing_since, time(subject_.past.failing_since.value_or(report_.start)));
        const auto& good = subject_.past.last_good;
        add(words_.last_good, good ? fmt::format("{}, {}", good->run, time(good->end)) : std::string(words_.none_good));
    }
    if (decision_.held > 0) add(words_.held, count_text(decision_.held));
}

AlertMessage MessageWriter::write(const std::string& channel) {
    AlertMessage message{.id = report_.run + '.' + channel,
                         .thread = decision_.thread,
                         .time = report_.end,
                         .zone = subject_.wording.timezone,
                         .language = subject_.wording.language,
                         .severity = decision_.recovery ? AlertSeverity::info : AlertSeverity::warning,
                         .events = {},
                         .pipeline = report_.pipeline,
                         .environment = report_.environment,
                         .run = report_.run,
                         .status = report_.status,
                         .title = title(),
                         .lines = {what_happened(), published(), next()},
                         .facts = {},
                         .groups = message_groups(subject_),
                         .held = decision_.held};
    if (decision_.recovery) message.events.push_back(AlertEvent::recovery);
    for (const Finding& finding : decision_.findings) {
        message.severity = std::max(message.severity, finding.severity);
        if (std::ranges::find(message.events, finding.event) == message.events.end())
            message.events.push_back(finding.event);
    }
    std::ranges::sort(message.events);
    add_facts(message);
    return message;
}

}  // namespace

AlertMessage write_message(const MessageSubject& subject, const AlertDecision& decision, const std::string& channel) {
    return MessageWriter(subject, decision).write(channel);
}

AlertMessage write_test_message(const std::string& pipeline, const std::string& environment, const std::string& channel,
                                const Wording& wording, WallTime now) {
    const Phrases& words = phrases(wording.language);
    AlertMessage message;
    message.id = fmt::format("test-{}.{}", now.time_since_epoch().count(), channel);
    message.thread = message.id;
    message.time = now;
    message.zone = wording.timezone;
    message.language = wording.language;
    message.severity = AlertSeverity::info;
    message.pipeline = pipeline;
    message.environment = environment;
    message.status = "test";
    message.title = message_title(pipeline, environment, words.test);
    message.lines = {put_in(words.line_test, words.test_text), put_in(words.line_published, words.no_publication),
                     put_in(words.line_next, "sluice run")};
    message.facts.emplace_back(words.begun, local_time(now, wording.timezone));
    return message;
}

}  // namespace sluice
