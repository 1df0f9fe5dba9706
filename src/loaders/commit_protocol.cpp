#include "loaders/commit_protocol.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace sluice {
namespace {

Error half_published(const CommitRecord& record, std::size_t shown, const Error& error, const Error& cause) {
    std::vector<std::string> done;
    std::vector<std::string> old;
    for (std::size_t index = 0; index < record.entries.size(); ++index)
        (index < shown ? done : old).push_back(record.entries[index].name);
    Error wider = error;
    wider.message += fmt::format(
        "\n  already replaced: {}\n  still as before: {}\n  this could not be taken back: {}\n  the next run at this "
        "destination finishes it",
        done.empty() ? "nothing" : fmt::format("{}", fmt::join(done, ", ")), fmt::join(old, ", "), cause.message);
    return wider;
}

}  // namespace

std::string Recovery::text(const std::string& place) const {
    if (finished)
        return fmt::format(
            "{}: run {} was killed while it published; its outputs were complete, so this run has finished "
            "publishing them before it began",
            place, run);
    return fmt::format(
        "{}: run {} was killed while it published, and cannot be finished, since the bytes of {} are gone or damaged: "
        "until a run publishes all of them, {} may be of two runs; the manifest leaves them out",
        place, run, fmt::join(lost, ", "), fmt::join(names, ", "));
}

Result<std::optional<Recovery>> Commit::recover() {
    TRY_ASSIGN(const auto record, medium_->find_record());
    if (!record) {
        TRY(medium_->remove_staged());
        return std::nullopt;
    }
    Recovery recovery{.run = record->run, .finished = true, .names = {}, .lost = {}};
    std::vector<const CommitEntry*> left;
    for (const CommitEntry& entry : record->entries) {
        recovery.names.push_back(entry.name);
        const auto shown = medium_->is_shown(*record, entry);
        if (!shown && shown.error().code != kStagedLost) return shown.error();
        if (!shown)
            recovery.lost.push_back(entry.name);
        else if (!*shown)
            left.push_back(&entry);
    }
    recovery.finished = recovery.lost.empty();
    if (recovery.finished) {
        for (const CommitEntry* entry : left) {
            if (entry == &record->entries.back()) TRY(medium_->settle(*record));
            TRY(medium_->show(*record, *entry));
        }
        TRY(medium_->settle(*record));
    }
    TRY(medium_->remove_record());
    TRY(medium_->remove_staged());
    return recovery;
}

Result<> Commit::run(const CommitRecord& record) {
    Result<> done = medium_->record(record);
    if (done) done = show_all(record);
    if (!done) return take_back(record, done.error());
    visible_ = true;
    // What cannot be removed now is removed by the next run, which finds that everything is shown.
    if (medium_->remove_record()) (void)medium_->remove_staged();
    return {};
}

Result<> Commit::show_all(const CommitRecord& record) {
    for (const CommitEntry& entry : record.entries) {
        if (&entry == &record.entries.back()) TRY(medium_->settle(record));
        TRY(medium_->show(record, entry));
        ++shown_;
    }
    return medium_->settle(record);
}

Error Commit::take_back(const CommitRecord& record, const Error& error) {
    while (shown_ > 0) {
        if (const auto hidden = medium_->hide(record, record.entries[shown_ - 1]); !hidden) {
            visible_ = true;
            return half_published(record, shown_, error, hidden.error());
        }
        --shown_;
    }
    // A disk that does not sync now may have failed for that reason before: nothing more can be done about it.
    (void)medium_->settle(record);
    if (const auto removed = medium_->remove_record(); !removed) {
        visible_ = true;
        return half_published(record, 0, error, removed.error());
    }
    return error;
}

}  // namespace sluice
