// `layout: snapshot`: all files of a run lie in a folder of their own, `snapshots/<run>/`, and the symbolic link
// `current` points to the valid one. Switching the link is one rename, so that all files change at one instant. A
// record has one entry, `current`, whose staged name is the run's staging folder and whose checksum is that of the
// manifest in it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "loaders/local_medium.hpp"

namespace sluice {

inline constexpr const char* kCurrentSnapshot = "current";

class LocalSnapshots final : public LocalMedium {
public:
    using LocalMedium::LocalMedium;

    // Fails when `current` is there and is not a link, so that it cannot be switched.
    [[nodiscard]] Result<> check() const;
    // Removes the oldest snapshots of `pipeline` that are not current, so that `keep` are left in all.
    [[nodiscard]] Result<> prune(std::size_t keep, const std::string& pipeline);

    [[nodiscard]] Result<bool> is_shown(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> show(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> hide(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> settle(const CommitRecord& record) override;

private:
    [[nodiscard]] std::filesystem::path snapshot(const std::string& run) const { return folder() / "snapshots" / run; }
    [[nodiscard]] std::filesystem::path link() const { return folder() / kCurrentSnapshot; }
    [[nodiscard]] Result<> switch_to(const std::string& target);

    std::string before_;  // what `current` pointed to; empty: there was none
};

// Links `from` at `to`, or copies it where the file system has no hard links. What is at `to` is replaced; `draft` is a
// free name beside it for the time in between. `stop` (may be null) ends the copying.
[[nodiscard]] Result<> link_or_copy(const std::filesystem::path& from, const std::filesystem::path& to,
                                    const std::filesystem::path& draft, bool durable, const StopFlag* stop);

}  // namespace sluice
