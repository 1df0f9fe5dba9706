// `layout: files`: each output is a file of the destination, by its own name. A file is put in its place by exchanging
// it with the one that is there, so that a commit that fails in between can be taken back; where the file system knows
// no exchange, by a plain rename.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "loaders/local_medium.hpp"

namespace sluice {

class LocalFiles final : public LocalMedium {
public:
    using LocalMedium::LocalMedium;

    // Whether show() will do for a file of this name, as far as can be known without trying.
    [[nodiscard]] Result<> check(const std::string& name) const;

    [[nodiscard]] Result<bool> is_shown(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> show(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> hide(const CommitRecord& record, const CommitEntry& entry) override;
    [[nodiscard]] Result<> settle(const CommitRecord& record) override;

private:
    std::vector<std::filesystem::path> made_folders_;  // by show(), outer before inner
    std::set<std::string> overwritten_;                // what was there before is gone
};

}  // namespace sluice
