#include "io/standard_input.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "io/spool_file.hpp"

namespace sluice {

namespace {
constexpr int kStopCheckMilliseconds = 50;
constexpr std::size_t kPiece = 1U << 20U;
}  // namespace

Result<InputFile> spool_standard_input(const std::filesystem::path& temp_dir, const StopFlag* stop) {
    TRY_ASSIGN(SpoolFile spool, SpoolFile::create(temp_dir));
    std::vector<char> piece(kPiece);
    for (;;) {
        if (stop != nullptr) TRY(stop->check());
        pollfd waiting{STDIN_FILENO, POLLIN, 0};
        if (::poll(&waiting, 1, kStopCheckMilliseconds) <= 0) continue;  // nothing yet, or a signal
        const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (got == 0) break;
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0) return system_error("read", "standard input", errno);
        TRY(spool.append({piece.data(), static_cast<std::size_t>(got)}));
    }
    return InputFile::adopt(std::move(spool).take(), "standard input");
}

}  // namespace sluice
