#include "pipeline/failure.hpp"

namespace sluice {

namespace {

std::string next_step(const Error& error, const FailureContext& context) {
    const std::string& command = context.command;
    switch (error.kind) {
        case ErrorKind::config:
            return "mend the config as shown above, then type again: " + command;
        case ErrorKind::data:
            if (error.code == "bad_rows" && !context.accept.empty())
                return "mend these rows, then type again: " + command + "\n  or go on without them: " + command + ' ' +
                       context.accept;
            if (error.code == "expectation" && !context.accept.empty())
                return "mend the input as shown above, then type again: " + command +
                       "\n  or publish it all the same, with warnings: " + command + ' ' + context.accept;
            return "mend the input or the config as shown above, then type again: " + command;
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
            "published: " + context.published, "next: " + next_step(error, context)};
}

}  // namespace sluice
