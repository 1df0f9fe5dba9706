// How every destination publishes. One run at a time works on a destination: its lock sees to that.
//
//            stage, checksum       record          show, settle        show the last entry, settle
//   empty ------------------> staged ---> decided ------------> shown -------------------------> valid
//     ^                         |            |                     |                               |
//     |   remove staged         |            |  hide, if it can    |                               |
//     +-------------------------+            v                     v       remove record, staged   |
//     +-------------------------------- taken back                                                 |
//     +--------------------------------------------------------------------------------------------+
//
// The record (commit_record.hpp) is the commit point. A run that ends before it has changed nothing: what it staged is
// removed by itself, or by the next run if it was killed. A run that ends after it is finished by the next run at this
// destination, whatever that run publishes itself: recover() shows what is not shown yet and never asks the inputs
// again. A run that fails behind the commit point without being killed takes back what it has shown, where the
// destination can; else its record stays for the next run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/commit_record.hpp"
#include "utils/result.hpp"

namespace sluice {

// Error code of is_shown(): the entry's bytes are neither shown nor staged, so that nobody can finish the commit.
inline constexpr std::string_view kStagedLost = "staged_lost";

// What a destination does in each step. All calls come from one thread, while the destination's lock is held.
class CommitMedium {
public:
    virtual ~CommitMedium() = default;
    // Keeps the record where find_record() of a later run sees it, whole or not at all.
    [[nodiscard]] virtual Result<> record(const CommitRecord& record) = 0;
    [[nodiscard]] virtual Result<std::optional<CommitRecord>> find_record() = 0;
    // Compares by checksum. Called by recover() only.
    [[nodiscard]] virtual Result<bool> is_shown(const CommitRecord& record, const CommitEntry& entry) = 0;
    // Lets readers see the entry in the place of what they saw, in one step. After a failure nothing has changed.
    [[nodiscard]] virtual Result<> show(const CommitRecord& record, const CommitEntry& entry) = 0;
    // Undoes show(): readers see what they saw before. Fails where the destination cannot.
    [[nodiscard]] virtual Result<> hide(const CommitRecord& record, const CommitEntry& entry) = 0;
    // From here on what was shown or hidden outlives a loss of power.
    [[nodiscard]] virtual Result<> settle(const CommitRecord& record) = 0;
    [[nodiscard]] virtual Result<> remove_record() = 0;
    // All that is staged: of this run, and of dead ones.
    [[nodiscard]] virtual Result<> remove_staged() = 0;
};

// What recover() found of a dead run.
struct Recovery {
    std::string run;
    bool finished = false;           // its outputs are the ones that readers see now
    std::vector<std::string> names;  // of its entries; when it is not finished they may be of two runs
    std::vector<std::string> lost;   // those that could not be found
    // A sentence for the warnings of the run that found it.
    [[nodiscard]] std::string text(const std::string& place) const;
};

class Commit {
public:
    explicit Commit(CommitMedium& medium) : medium_(&medium) {}
    // Finishes or removes what a dead run left; before anything is staged. Nothing when there was no commit to finish.
    [[nodiscard]] Result<std::optional<Recovery>> recover();
    // From staged to valid and empty. After a failure visible() says whether anything could not be taken back; then
    // record and staged bytes stay, for the next run.
    [[nodiscard]] Result<> run(const CommitRecord& record);
    [[nodiscard]] bool visible() const noexcept { return visible_; }

private:
    [[nodiscard]] Result<> show_all(const CommitRecord& record);
    [[nodiscard]] Error take_back(const CommitRecord& record, const Error& error);

    CommitMedium* medium_;
    std::size_t shown_ = 0;
    bool visible_ = false;
};

}  // namespace sluice
