// Says what went wrong, and who must act on it. The one error type of the project; see docs/architecture.md, "Errors".
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Who must act decides the exit code (see exit_code()).
enum class ErrorKind {
    internal,     // us: a broken invariant
    config,       // the user: the command line or the config
    data,         // the owner of the data
    external,     // another system: file system, network, S3
    conflict,     // another run or pipeline holds the destination
    interrupted,  // a signal asked us to stop
};

struct Error {
    ErrorKind kind = ErrorKind::internal;
    // A short stable name for machines, snake_case: "file_missing", "bad_rows", "s3_access_denied".
    std::string code;
    // For people: what, where, what was expected and what to do. May have several lines; no newline at the end.
    std::string message;
    // True when the same call may succeed later without a change (only `external` errors are ever retried).
    bool retryable = false;
    // For `interrupted`: the signal's number.
    int signal = 0;

    // The same error with what the caller was doing put in front: "load s3://b/k: <message>".
    [[nodiscard]] Error within(std::string_view context) const;
};

[[nodiscard]] Error internal_error(std::string message);
[[nodiscard]] Error config_error(std::string code, std::string message);
[[nodiscard]] Error data_error(std::string code, std::string message);
[[nodiscard]] Error external_error(std::string code, std::string message, bool retryable = false);
[[nodiscard]] Error conflict_error(std::string code, std::string message);
[[nodiscard]] Error interrupted_error(int signal);

// An external error from errno, naming what was tried on which path: "cannot open 'a.jsonl': Permission denied".
[[nodiscard]] Error system_error(std::string_view action, std::string_view path, int error_number);

// 1 internal, 2 config, 3 data, 4 external, 5 conflict, 128 + signal interrupted.
[[nodiscard]] int exit_code(const Error& error);

}  // namespace sluice
