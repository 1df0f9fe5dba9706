#include "monitoring/metrics/metrics_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "monitoring/metrics/metrics_text.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/new_file.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

// A file of ours has at most some thousand lines.
constexpr std::size_t kMostRead = std::size_t{16} << 20U;

Error not_ours(const fs::path& file, std::string_view what) {
    return config_error("metrics_file", fmt::format("'{}' {}; it was left as it is. Name another file, or remove it",
                                                    file.string(), what));
}

// "" where there is none. A FIFO or a device is not opened: that may hang, or do something.
Result<std::string> text_of(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        if (errno == ENOENT) return std::string();
        return system_error("look at", file.string(), errno);
    }
    if (!S_ISREG(status.st_mode)) return not_ours(file, "is no regular file");
    const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!descriptor.open()) return system_error("read", file.string(), errno);
    std::string text;
    std::array<char, 65536> piece{};
    while (text.size() < kMostRead) {
        const ssize_t size = ::read(descriptor.get(), piece.data(), piece.size());
        if (size == 0) break;
        if (size < 0 && errno != EINTR) return system_error("read", file.string(), errno);
        if (size > 0) text.append(piece.data(), static_cast<std::size_t>(size));
    }
    return text;
}

// The collector reads names that end in .prom; this one does not.
Result<> replace(const fs::path& file, const std::string& text, const std::string& run) {
    const fs::path draft = file.parent_path() / fmt::format(".{}.{}.tmp", file.filename().string(), run);
    FileDescriptor descriptor(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!descriptor.open()) return system_error("make a file in", file.parent_path().string(), errno);
    Result<> written = write_all(descriptor, draft, text);
    if (written && ::fchmod(descriptor.get(), 0644) != 0)
        written = system_error("set the mode of", draft.string(), errno);
    descriptor.reset();
    if (written && ::rename(draft.c_str(), file.c_str()) != 0) written = system_error("replace", file.string(), errno);
    if (!written) ::unlink(draft.c_str());
    return written;
}

}  // namespace

Result<> replace_metrics_file(const fs::path& file, const RunReport& report, std::optional<WallTime> last_success) {
    TRY_ASSIGN(const std::string before, text_of(file));
    if (!before.empty() && before.find('\n' + metrics_mark(report)) == std::string::npos)
        return not_ours(file,
                        fmt::format("does not hold metrics of pipeline '{}'{}", report.pipeline,
                                    report.environment.empty() ? "" : " in environment '" + report.environment + "'"));
    if (const auto known = last_success_in(before); known && (!last_success || *known > *last_success))
        last_success = known;
    return replace(file, metrics_text(report, report.error ? last_success : report.end), report.run);
}

}  // namespace sluice
