#include "monitoring/runs_log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "monitoring/report_json.hpp"

namespace sluice {
namespace {

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

// True when the file's last byte is no newline: an earlier write was cut short.
bool ends_in_mid_line(int descriptor) {
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 || status.st_size == 0) return false;
    char last = '\n';
    return ::pread(descriptor, &last, 1, status.st_size - 1) == 1 && last != '\n';
}

}  // namespace

Result<> append_to_runs_log(const std::filesystem::path& folder, const RunReport& report) {
    const std::filesystem::path state = folder / ".sluice";
    if (::mkdir(state.c_str(), 0755) != 0 && errno != EEXIST) return system_error("make", state.string(), errno);
    const std::string path = (state / "runs.jsonl").string();
    const Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (file.number() < 0) return system_error("open", path, errno);
    // Keeps the look at the last byte and the write together; where locks do not work the write alone is still whole.
    (void)::flock(file.number(), LOCK_EX);
    std::string line = report_log_line(report);
    if (ends_in_mid_line(file.number())) line.insert(0, 1, '\n');
    ssize_t written = -1;
    do {
        written = ::write(file.number(), line.data(), line.size());
    } while (written < 0 && errno == EINTR);
    if (written < 0) return system_error("append to", path, errno);
    // A regular file takes less than asked for only when the disk is full.
    if (static_cast<std::size_t>(written) != line.size()) return system_error("append to", path, ENOSPC);
    return {};
}

}  // namespace sluice
