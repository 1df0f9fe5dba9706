// Keeps the books of a pipeline's channels from run to run, in one file of `.sluice` with mode 0600.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alerting/alert_book.hpp"
#include "utils/file_descriptor.hpp"
#include "utils/result.hpp"

namespace sluice {

struct AlertBooks {
    std::map<std::string, AlertBook> channels;  // by the alert's name
    std::vector<std::string> crashes_told;      // runs that died and were told of, the newest last
};

// Held by one run at a time: another one waits for up to two seconds, then fails.
class AlertStore {
public:
    // `path`: the file; its folder is made. A file that cannot be read as books counts as none, and is told in `notes`.
    [[nodiscard]] static Result<AlertStore> open(const std::filesystem::path& path, std::vector<std::string>& notes);

    [[nodiscard]] AlertBooks& books() noexcept { return books_; }
    // In place of what is there, by a rename.
    [[nodiscard]] Result<> save() const;

private:
    std::filesystem::path path_;
    FileDescriptor lock_;
    AlertBooks books_;
};

}  // namespace sluice
