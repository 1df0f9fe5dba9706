// The words of alerts in English and Indonesian. What went wrong is quoted as the program prints it, in English.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "monitoring/report.hpp"

namespace sluice {

// {} stands for what is put in.
struct Phrases {
    std::string_view failed, recovered, done, findings, test;  // of titles
    std::string_view line_failed, line_published, line_next, line_recovered, line_done, line_test;
    std::string_view crashed, killed, nothing_to_do, look_at, replay, quotes_data, recovered_after, outage_of,
        test_text;
    std::string_view published_at, published_one, published_nothing, published_crash, no_publication;
    std::string_view run, begun, took, host, folder, config, failing_since, last_good, held, none_good;
    std::string_view checks, quarantine, drift, slow, changes, crashes;
    std::string_view check_item, bad_item, first_rows, column_new, column_gone, column_wider, slow_item;
    std::string_view config_changed, host_changed, param_changed, rows_changed, bytes_changed, bad_changed,
        took_changed;
    std::string_view nothing_changed, read_nothing, and_more;
};

// A phrase with its {} filled.
template <typename... Arguments>
[[nodiscard]] std::string put_in(std::string_view phrase, const Arguments&... arguments) {
    return fmt::format(fmt::runtime(phrase), arguments...);
}

[[nodiscard]] const Phrases& phrases(std::string_view language);

// Fit for a message: UTF-8 without control characters, cut after a thousand bytes. Line ends stay.
[[nodiscard]] std::string shortened(std::string_view text);

// A line of the program's own in the language of `words`: its known beginnings are translated, what it quotes is not.
[[nodiscard]] std::string translated(std::string line, std::string_view language);

// "2026-11-29 03:00:12 +07:00": in the zone that `wording` names.
[[nodiscard]] std::string local_time(WallTime time, std::string_view zone);
// As a mail's Date has it: "Sun, 29 Nov 2026 03:00:12 +0700".
[[nodiscard]] std::string mail_date(WallTime time, std::string_view zone);

}  // namespace sluice
