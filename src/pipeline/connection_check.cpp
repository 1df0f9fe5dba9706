#include "pipeline/connection_check.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "config/tree.hpp"
#include "extractors/command_extractor.hpp"
#include "loaders/local_destination.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/registry.hpp"
#include "utils/file_descriptor.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

template <typename Types>
const auto& type_named(const Types& types, std::string_view type) {
    return *std::ranges::find(types, type, [](const auto& entry) { return entry.type; });
}

class ConnectionChecker {
public:
    ConnectionChecker(const Config& config, const fs::path& base, const StopFlag& stop)
        : config_(config), base_(base), stop_(stop) {}

    std::vector<ConnectionCheck> run();

private:
    [[nodiscard]] Result<std::string> source(const ConfigItem& item) const;
    [[nodiscard]] Result<std::string> program(const ConfigItem& item) const;
    [[nodiscard]] Result<std::string> destination(const DestinationItem& item) const;
    [[nodiscard]] Result<std::string> local_folder(const DestinationItem& item) const;
    void add(std::string what, const Result<std::string>& found) {
        checks_.push_back({.what = std::move(what),
                           .found = found ? *found : std::string{},
                           .error = found ? std::nullopt : std::optional(found.error())});
    }

    const Config& config_;
    const fs::path& base_;
    const StopFlag& stop_;
    std::vector<ConnectionCheck> checks_;
};

Result<std::string> ConnectionChecker::source(const ConfigItem& item) const {
    if (item.type == CommandExtractor::kType) return program(item);
    Diagnostics faults;
    const auto extractor = type_named(extractor_types(), item.type).from_config(item, faults);
    if (!extractor) return faults.to_error();
    if (extractor->reads_stdin()) return std::string("standard input; it is not read");
    TRY_ASSIGN(
        const auto opened,
        extractor->open({.base = base_, .temp_dir = {}, .block_size = 1, .stop = &stop_, .retry = {}, .wait = false}));
    return fmt::format("can be read, {}", bytes_text(opened->bytes()));
}

// Of a list its first word; a text goes through the shell, which is looked for instead.
Result<std::string> ConnectionChecker::program(const ConfigItem& item) const {
    const Tree* command = item.section.node("command");
    const bool is_list = command != nullptr && command->is_list();
    const std::string name = is_list ? item.section.texts("command").front().value : "/bin/sh";
    const auto runs = [&](const fs::path& path) {
        std::error_code ignored;
        return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
    };
    const auto found = [&](const fs::path& path) {
        return is_list ? fmt::format("{} is there; it is not run", path.string())
                       : std::string("goes through /bin/sh; it is not run");
    };
    if (name.find('/') != std::string::npos) {
        if (const fs::path path = base_ / name; runs(path)) return found(path);
    } else {
        const char* variable = std::getenv("PATH");
        std::string_view rest = variable == nullptr ? "/usr/bin:/bin" : variable;
        while (!rest.empty()) {
            const std::string_view folder = rest.substr(0, rest.find(':'));
            if (const fs::path path = fs::path(folder.empty() ? "." : folder) / name; runs(path)) return found(path);
            rest.remove_prefix(std::min(folder.size() + 1, rest.size()));
        }
    }
    return external_error("no_program",
                          fmt::format("{}: there is no program '{}' that could be run: install it, or name "
                                      "its path",
                                      item.section.location("command").text(), name));
}

Result<std::string> ConnectionChecker::destination(const DestinationItem& item) const {
    if (item.type == LocalDestination::kType) return local_folder(item);
    Diagnostics faults;
    const auto destination = type_named(destination_types(), item.type).from_config(item, faults);
    if (!destination) return faults.to_error();
    TRY(destination->open({.base = base_,
                           .identity = {.run = "validate", .pipeline = config_.pipeline, .config_hash = config_.hash},
                           .stop = &stop_}));
    return fmt::format("{} answers; its manifest can be read or is not there yet", destination->address());
}

// The folder, or the nearest one above it that is there: a run makes what is missing.
Result<std::string> ConnectionChecker::local_folder(const DestinationItem& item) const {
    const fs::path wanted = fs::absolute(base_ / item.section.text("path")).lexically_normal();
    fs::path folder = wanted;
    std::error_code ignored;
    while (!fs::exists(folder, ignored) && folder.has_parent_path() && folder != folder.parent_path())
        folder = folder.parent_path();
    const FileDescriptor probe(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    // Not every file system has files without names; there the rights must do.
    const int reason = errno;
    const bool unknown = !probe.open() && (reason == EOPNOTSUPP || reason == EISDIR);
    if (!probe.open() && !(unknown && fs::is_directory(folder, ignored) && ::access(folder.c_str(), W_OK | X_OK) == 0))
        return system_error("write to", folder.string(), unknown ? EACCES : reason);
    return folder == wanted ? fmt::format("'{}' can be written to", wanted.string())
                            : fmt::format("'{}' can be made", wanted.string());
}

std::vector<ConnectionCheck> ConnectionChecker::run() {
    for (const ConfigItem& item : config_.sources) {
        if (stop_.stopped()) break;
        add(fmt::format("source '{}'", item.name), source(item));
    }
    for (const DestinationItem& item : config_.destinations) {
        if (stop_.stopped()) break;
        if (item.on) add(fmt::format("destination '{}'", item.name), destination(item));
    }
    return std::move(checks_);
}

}  // namespace

std::vector<ConnectionCheck> check_connections(const Config& config, const fs::path& base, const StopFlag& stop) {
    return ConnectionChecker(config, base, stop).run();
}

}  // namespace sluice
