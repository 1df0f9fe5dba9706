#include "alerting/alert_fields.hpp"

#include <algorithm>
#include <iterator>

namespace sluice {

std::vector<Field> with_alert_fields(std::vector<Field> own) {
    const std::vector<Field> common{
        {.name = "when",
         .type = FieldType::text_list,
         .doc = "What is told: `failure`, `recovery`, `quality`, `quarantine`, `slow`, `drift`.",
         .choices = {kAlertEvents.begin(), kAlertEvents.end()},
         .details = "Without it all.",
         .example = "[failure, recovery]"},
        {.name = "min_severity",
         .doc = "The least that is told: `info`, `warning` or `error`.",
         .default_text = "info",
         .choices = {kSeverities.begin(), kSeverities.end()},
         .details =
             "A failure is an error, and so is an expectation whose severity is `fail`; all else is a warning. A "
             "recovery is told whenever its failure was."},
        {.name = "dedupe",
         .type = FieldType::duration,
         .doc = "How long the same finding is not told again.",
         .default_text = "1h",
         .details = "What is held back is counted in the next message. After a recovery a failure is new."},
        {.name = "max_per_hour",
         .type = FieldType::integer,
         .doc = "How many messages go out within an hour; a recovery goes out all the same.",
         .default_text = "10",
         .least = 1,
         .most = 1000},
        {.name = "slow_by",
         .type = FieldType::integer,
         .doc = "A run is slow when it takes so many percent more than the median of the last 20 good runs.",
         .default_text = "100",
         .least = 1,
         .most = 100'000,
         .details = "And at least 5 seconds more; with fewer than 5 good runs none is slow."},
        {.name = "examples",
         .doc = "Whether values of the data may stand in messages: `masked` or `shown`.",
         .default_text = "masked",
         .choices = {"masked", "shown"},
         .details =
             "Masked, a message has places (file:line), codes and counts; the values are in `sluice runs show`."},
        {.name = "timeout",
         .type = FieldType::duration,
         .doc = "How long a run waits for this alert at its end, tries included.",
         .default_text = "10s",
         .details = "All alerts are sent at once. What is not delivered by then is kept, and sent with the next run."},
        {.name = "retry", .doc = "How it is tried again within `timeout`; by default as the config's `retry` says."}};
    std::ranges::copy(common, std::back_inserter(own));
    return own;
}

AlertSettings read_alert_settings(const AlertItem& item) {
    AlertSettings settings;
    const Section& section = item.section;
    AlertRules& rules = settings.rules;
    if (section.has("when")) {
        rules.when.clear();
        for (const LocatedText& name : section.texts("when"))
            if (const auto event = event_named(name.value)) rules.when.insert(*event);
    }
    rules.min_severity = severity_named(section.text("min_severity")).value_or(AlertSeverity::info);
    rules.dedupe = section.duration("dedupe");
    rules.max_per_hour = static_cast<std::size_t>(section.integer("max_per_hour"));
    settings.slow.percent = section.integer("slow_by");
    settings.shows_values = section.text("examples") == "shown";
    settings.timeout = section.duration("timeout");
    settings.retry = {.attempts = item.retry.attempts,
                      .max_delay = item.retry.max_delay,
                      .deadline = std::min(item.retry.deadline, settings.timeout)};
    return settings;
}

Field ca_file_field() {
    return {.name = "ca_file",
            .doc = "A file of certificates (PEM) that are trusted instead of the system's.",
            .example = "/etc/ssl/our-ca.pem"};
}

}  // namespace sluice
