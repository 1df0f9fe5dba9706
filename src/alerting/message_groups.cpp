#include "alerting/message_groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "alerting/phrases.hpp"
#include "config/characters.hpp"
#include "monitoring/number_text.hpp"

namespace sluice {
namespace {

using Items = std::vector<std::string>;

constexpr std::size_t kShown = 10;

class GroupWriter {
public:
    explicit GroupWriter(const MessageSubject& subject)
        : subject_(subject), report_(subject.report), words_(phrases(subject.wording.language)) {}

    std::vector<AlertMessage::Group> write() {
        add(words_.checks, checks());
        add(words_.quarantine, rejected_rows());
        add(words_.drift, drift());
        add(words_.slow, slow());
        add(words_.crashes, crashes());
        if (subject_.past.last_good) add(words_.changes, changes(*subject_.past.last_good));
        return std::move(groups_);
    }

private:
    void add(std::string_view title, Items items) {
        if (items.empty()) return;
        if (items.size() > kShown) {
            const std::size_t more = items.size() - kShown;
            items.resize(kShown);
            items.push_back(put_in(words_.and_more, more));
        }
        for (std::string& item : items) item = shortened(showable(item));
        groups_.push_back({.title = std::string(title), .items = std::move(items)});
    }
    [[nodiscard]] Items checks() const;
    [[nodiscard]] Items rejected_rows() const;
    [[nodiscard]] Items drift() const;
    [[nodiscard]] Items slow() const;
    [[nodiscard]] Items crashes() const;
    [[nodiscard]] Items changes(const RunReport& good) const;
    void compare_params(const RunReport& good, Items& items) const;
    void compare_sources(const RunReport& good, Items& items) const;

    const MessageSubject& subject_;
    const RunReport& report_;
    const Phrases& words_;
    std::vector<AlertMessage::Group> groups_;
};

Items GroupWriter::checks() const {
    Items items;
    for (const CheckReport& check : report_.checks) {
        if (check.met) continue;
        std::string item =
            put_in(words_.check_item, check.check, check.on, check.severity, check.expected, check.found);
        std::vector<std::string> places;
        for (const CheckExample& example : check.examples) {
            std::string text = example.place;
            if (subject_.shows_values) text += text.empty() ? example.value : " " + example.value;
            if (!text.empty()) places.push_back(std::move(text));
        }
        for (const std::string& place : places) item += (&place == places.data() ? ": " : ", ") + place;
        items.push_back(std::move(item));
    }
    return items;
}

// How many of each source and why; then where the first ones are.
Items GroupWriter::rejected_rows() const {
    Items items;
    for (const SourceReport& source : report_.sources) {
        if (source.bad_rows == 0) continue;
        std::string reasons;
        for (const auto& [code, count] : source.bad_by_code)
            reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", count_text(count), code);
        items.push_back(
            put_in(words_.bad_item, count_text(source.bad_rows), count_text(source.rows_read), source.name, reasons));
    }
    for (const BadRow& row : report_.bad_rows) {
        const std::string place = fmt::format("{}:{}", row.file, row.line);
        std::string what = row.column.empty() ? std::string(row.code) : fmt::format("{} '{}'", row.code, row.column);
        if (subject_.shows_values) what += fmt::format(": {}: {}", row.message, row.excerpt);
        items.push_back(put_in(words_.first_rows, place, what));
    }
    return items;
}

Items GroupWriter::drift() const {
    Items items;
    for (const SourceReport& source : report_.sources) {
        for (const DriftedColumn& column : source.drift.added)
            items.push_back(put_in(words_.column_new, source.name, column.column, column.to));
        for (const DriftedColumn& column : source.drift.removed)
            items.push_back(put_in(words_.column_gone, source.name, column.column));
        for (const DriftedColumn& column : source.drift.widened)
            items.push_back(put_in(words_.column_wider, source.name, column.column, column.from, column.to));
    }
    return items;
}

Items GroupWriter::slow() const {
    const auto usual = usual_duration(subject_.past);
    if (!usual || !subject_.is_slow) return {};
    const std::chrono::duration<double> taken = report_.end - report_.start;
    return {put_in(words_.slow_item, seconds_text(taken.count()), subject_.past.durations.size(),
                   seconds_text(usual->count()))};
}

Items GroupWriter::crashes() const {
    Items items;
    for (const RunReport& run : subject_.crashed)
        items.push_back(put_in(words_.crashed, run.run, local_time(run.start, subject_.wording.timezone)));
    return items;
}

void GroupWriter::compare_params(const RunReport& good, Items& items) const {
    const auto value_in = [](const RunReport& report, const std::string& name) -> std::string {
        const auto found = std::ranges::find(report.params, name, &std::pair<std::string, std::string>::first);
        return found == report.params.end() ? "-" : found->second;
    };
    for (const auto& [name, value] : report_.params)
        if (const std::string before = value_in(good, name); before != value)
            items.push_back(put_in(words_.param_changed, name, before, value));
}

void GroupWriter::compare_sources(const RunReport& good, Items& items) const {
    for (const SourceReport& now : report_.sources) {
        const auto before = std::ranges::find(good.sources, now.name, &SourceReport::name);
        if (before == good.sources.end()) continue;
        const auto compare = [&](std::string_view form, std::uint64_t then, std::uint64_t is, auto text) {
            if (then != is) items.push_back(put_in(form, now.name, text(then), text(is)));
        };
        compare(words_.rows_changed, before->rows_read, now.rows_read, count_text);
        compare(words_.bytes_changed, before->bytes, now.bytes, bytes_text);
        compare(words_.bad_changed, before->bad_rows, now.bad_rows, count_text);
    }
}

Items GroupWriter::changes(const RunReport& good) const {
    constexpr std::size_t kHash = 8;
    Items items;
    if (!report_.config_hash.empty() && good.config_hash != report_.config_hash)
        items.push_back(
            put_in(words_.config_changed, good.config_hash.substr(0, kHash), report_.config_hash.substr(0, kHash)));
    if (good.process.host != report_.process.host)
        items.push_back(put_in(words_.host_changed, good.process.host, report_.process.host));
    compare_params(good, items);
    compare_sources(good, items);
    if (items.empty()) items.emplace_back(report_.sources.empty() ? words_.read_nothing : words_.nothing_changed);
    if (report_.status == "done")
        items.push_back(put_in(words_.took_changed,
                               seconds_text(std::chrono::duration<double>(good.end - good.start).count()),
                               seconds_text(std::chrono::duration<double>(report_.end - report_.start).count())));
    return items;
}

}  // namespace

std::vector<AlertMessage::Group> message_groups(const MessageSubject& subject) { return GroupWriter(subject).write(); }

std::string message_title(std::string_view pipeline, std::string_view environment, std::string_view what) {
    return showable(environment.empty() ? fmt::format("[sluice] {}: {}", pipeline, what)
                                        : fmt::format("[sluice] {} ({}): {}", pipeline, environment, what));
}

}  // namespace sluice
