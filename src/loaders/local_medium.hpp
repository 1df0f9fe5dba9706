// What all ways of publishing in a folder share: the record of a decided commit is `.sluice/commit.json`, made by one
// rename; what is staged lies in `.sluice/staging/`, a folder for each run.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "loaders/commit_protocol.hpp"
#include "loaders/output_file.hpp"
#include "utils/result.hpp"

namespace sluice {

class LocalMedium : public CommitMedium {
public:
    // `folder`: the destination, absolute. `durable`: what is recorded or settled is synced.
    LocalMedium(std::filesystem::path folder, bool durable) : folder_(std::move(folder)), durable_(durable) {}

    [[nodiscard]] Result<> record(const CommitRecord& record) override;
    [[nodiscard]] Result<std::optional<CommitRecord>> find_record() override;
    [[nodiscard]] Result<> remove_record() override;
    [[nodiscard]] Result<> remove_staged() override;

protected:
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] bool durable() const { return durable_; }
    [[nodiscard]] std::filesystem::path staging() const { return folder_ / ".sluice" / "staging"; }

private:
    std::filesystem::path folder_;
    bool durable_;
};

// Of a regular file; nothing when there is none. `stop` (may be null) ends the reading.
[[nodiscard]] Result<std::optional<FileDigest>> digest_of(const std::filesystem::path& path,
                                                          const StopFlag* stop = nullptr);
// Whether `path` is a regular file with these bytes; it is read only if its length fits.
[[nodiscard]] Result<bool> holds(const std::filesystem::path& path, std::uint64_t bytes, std::uint64_t crc64nvme);

}  // namespace sluice
