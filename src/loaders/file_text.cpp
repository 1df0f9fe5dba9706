#include "loaders/file_text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "utils/file_descriptor.hpp"

namespace sluice {

Result<> read_in_pieces(const std::filesystem::path& path, const StopFlag* stop,
                        const std::function<Result<>(std::string_view)>& take) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) return system_error("open", path.string(), errno);
    std::string buffer(std::size_t{1} << 20U, '\0');
    for (;;) {
        if (stop != nullptr) TRY(stop->check());
        const ssize_t size = ::read(file.get(), buffer.data(), buffer.size());
        if (size == 0) return {};
        if (size > 0) {
            TRY(take(std::string_view(buffer.data(), static_cast<std::size_t>(size))));
        } else if (errno != EINTR) {
            return system_error("read", path.string(), errno);
        }
    }
}

}  // namespace sluice
