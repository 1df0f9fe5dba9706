#include "cli/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace sluice {
namespace {

// 0 or the errno of the write that failed.
int write_all(int descriptor, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return errno;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return 0;
}

}  // namespace

void secure_standard_streams() {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        // open() takes the lowest free number, which is this one: those below are open by now.
        if (::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF) (void)::open("/dev/null", O_RDWR);
    }
    (void)::signal(SIGPIPE, SIG_IGN);
}

Result<> write_to_stdout(std::string_view text) {
    const int error_number = write_all(STDOUT_FILENO, text);
    if (error_number == 0 || error_number == EPIPE) return {};
    return system_error("write the result to", "stdout", error_number);
}

void write_to_stderr(std::string_view text) { (void)write_all(STDERR_FILENO, text); }

}  // namespace sluice
