#include "pipeline/failure.hpp"

#include <fmt/format.h>

#include "monitoring/number_text.hpp"

namespace sluice {

namespace {

std::string next_step(const Error& error, const std::string& command) {
    switch (error.kind) {
        case ErrorKind::config:
            return "mend the config as shown above, then type again: " + command;
        case ErrorKind::data:
            return (error.code == "bad_rows" ? "mend these lines, then type again: "
                                             : "mend the input or the config as shown above, then type again: ") +
                   command;
        case ErrorKind::external:
            return (error.retryable ? "it may work now, type again: "
                                    : "put right what is named above, then type again: ") +
                   command;
        case ErrorKind::conflict:
            return (error.code == "locked" ? "when the other run has ended, type again: "
                                           : "choose another destination as shown above, then type again: ") +
                   command;
        case ErrorKind::interrupted:
            return "to run it again: " + command;
        case ErrorKind::internal:
            return "this is a fault of Sluice: please report it with the output of: " + command;
    }
    return command;
}

}  // namespace

std::vector<std::string> failure_lines(const Error& error, const FailureContext& context) {
    // Faults of a config begin with their places: each on a line of its own, where editors find them.
    const bool listed = error.kind == ErrorKind::config && error.message.find('\n') != std::string::npos;
    return {(listed ? "failed: the config has faults\n" : "failed: ") + error.message,
            "published: " + context.published, "next: " + next_step(error, context.command)};
}

Error bad_rows_error(const std::vector<SourceReport>& sources, const std::vector<BadRow>& first) {
    std::string message;
    for (const SourceReport& source : sources) {
        if (source.bad_rows == 0) continue;
        fmt::format_to(std::back_inserter(message), "{}{} of {} rows of '{}' {} bad", message.empty() ? "" : "; ",
                       count_text(source.bad_rows), count_text(source.rows + source.bad_rows), source.name,
                       source.bad_rows == 1 ? "is" : "are");
    }
    message += "; none may be";
    for (const BadRow& row : first) {
        fmt::format_to(std::back_inserter(message), "\n  {}:{}: byte {}: {}{}: {}", row.file, row.line, row.fault,
                       row.code, row.column.empty() ? "" : fmt::format(" in column '{}'", row.column), row.message);
        if (!row.excerpt.empty()) fmt::format_to(std::back_inserter(message), "\n    {}", row.excerpt);
    }
    return data_error("bad_rows", message);
}

}  // namespace sluice
