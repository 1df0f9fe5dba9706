#include "config/config_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sluice {
namespace {

constexpr std::size_t kLargest = std::size_t{1} << 20U;
constexpr std::string_view kYaml = "config/config.yaml";
constexpr std::string_view kJson = "config/config.json";

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number_ >= 0) close(number_);
    }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

Error cannot_read(const std::string& path, int error_number) {
    if (error_number == ENOENT || error_number == ENOTDIR) {
        return config_error("config_missing", fmt::format("{}: there is no such config file", path));
    }
    return config_error("config_unreadable", fmt::format("{}: cannot read the config: {}", path,
                                                         std::generic_category().message(error_number)));
}

Result<std::filesystem::path> default_path() {
    std::error_code ignored;
    const bool yaml = std::filesystem::exists(kYaml, ignored);
    const bool json = std::filesystem::exists(kJson, ignored);
    if (yaml && json) {
        return config_error("config_ambiguous",
                            fmt::format("both {0} and {1} exist: remove one, or name the one you mean, as "
                                        "in 'sluice run {0}'",
                                        kYaml, kJson));
    }
    if (yaml || json) return std::filesystem::path(yaml ? kYaml : kJson);
    return config_error(
        "config_missing",
        fmt::format("no config: neither {} nor {} is in {}; go to the project's folder, or name a config, as in "
                    "'sluice run path/to/config.yaml'",
                    kYaml, kJson, std::filesystem::current_path(ignored).string()));
}

}  // namespace

Result<ConfigFile> read_config_file(const std::optional<std::filesystem::path>& path) {
    ConfigFile file;
    if (path) {
        file.path = *path;
    } else {
        TRY_ASSIGN(file.path, default_path());
    }
    const std::string name = file.path.string();
    const Descriptor descriptor(open(name.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.number() < 0) return cannot_read(name, errno);
    struct stat status {};
    if (fstat(descriptor.number(), &status) != 0) return cannot_read(name, errno);
    if (S_ISDIR(status.st_mode)) {
        return config_error("config_unreadable",
                            fmt::format("{}: this is a directory, not a config file; name a file in it", name));
    }
    std::string buffer(std::size_t{64} << 10U, '\0');
    while (true) {
        const ssize_t count = read(descriptor.number(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return cannot_read(name, errno);
        if (count == 0) return file;
        file.bytes.append(buffer, 0, static_cast<std::size_t>(count));
        if (file.bytes.size() > kLargest) {
            return config_error(
                "config_too_large",
                fmt::format("{}: larger than 1 MiB, the most that a config may have; is it a data file?", name));
        }
    }
}

}  // namespace sluice
