#include "utils/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

#include "utils/open_files.hpp"

namespace sluice {

Error Error::within(std::string_view context) const {
    Error wider = *this;
    wider.message = fmt::format("{}: {}", context, message);
    return wider;
}

Error internal_error(std::string message) {
    return {.kind = ErrorKind::internal, .code = "internal", .message = std::move(message)};
}

Error config_error(std::string code, std::string message) {
    return {.kind = ErrorKind::config, .code = std::move(code), .message = std::move(message)};
}

Error data_error(std::string code, std::string message) {
    return {.kind = ErrorKind::data, .code = std::move(code), .message = std::move(message)};
}

Error external_error(std::string code, std::string message, bool retryable) {
    return {
        .kind = ErrorKind::external, .code = std::move(code), .message = std::move(message), .retryable = retryable};
}

Error conflict_error(std::string code, std::string message) {
    return {.kind = ErrorKind::conflict, .code = std::move(code), .message = std::move(message)};
}

Error interrupted_error(int signal) {
    return {.kind = ErrorKind::interrupted,
            .code = "interrupted",
            .message = fmt::format("stopped by signal {}", signal),
            .signal = signal};
}

Error system_error(std::string_view action, std::string_view path, int error_number) {
    const bool retryable = error_number == EIO || error_number == ESTALE || error_number == EAGAIN;
    return external_error(
        error_number == ENOENT   ? "file_missing"
        : error_number == ENOSPC ? "disk_full"
        : error_number == EACCES ? "permission_denied"
        : error_number == EMFILE ? "too_many_files"
                                 : "system",
        fmt::format("cannot {} '{}': {}{}", action, path, std::generic_category().message(error_number),
                    error_number == EMFILE ? "; " + open_file_advice() : ""),
        retryable);
}

int exit_code(const Error& error) {
    switch (error.kind) {
        case ErrorKind::internal:
            return 1;
        case ErrorKind::config:
            return 2;
        case ErrorKind::data:
            return 3;
        case ErrorKind::external:
            return 4;
        case ErrorKind::conflict:
            return 5;
        case ErrorKind::interrupted:
            return 128 + error.signal;
    }
    return 1;
}

}  // namespace sluice
