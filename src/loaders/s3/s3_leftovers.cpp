// What S3Destination finds under names that the config no longer has: open uploads of dead runs, which no run looks for
// any more, and objects that no manifest names.
#include <algorithm>
#include <map>
#include <set>

#include "loaders/s3/s3_destination.hpp"
#include "loaders/s3/s3_objects.hpp"
#include "loaders/s3/s3_staged_object.hpp"

namespace sluice {
namespace {

// Whether another pipeline publishes in a folder that the file lies in: then it is not ours any more.
class OtherPipelines {
public:
    explicit OtherPipelines(S3Sender& sender) : sender_(&sender) {}

    Result<bool> own(const std::string& file) {
        for (std::size_t slash = file.find('/'); slash != std::string::npos; slash = file.find('/', slash + 1)) {
            TRY_ASSIGN(const bool own, has_manifest(file.substr(0, slash + 1)));
            if (own) return true;
        }
        return false;
    }

private:
    Result<bool> has_manifest(const std::string& folder) {
        if (const auto known = known_.find(folder); known != known_.end()) return known->second;
        const std::string key = sender_->target().key(folder + std::string(kManifestFile));
        TRY_ASSIGN(const S3Answer answer,
                   sender_->send({.operation = "HeadObject", .method = "HEAD", .path = sender_->target().path(key)},
                                 key, is_missing));
        return known_[folder] = answer.ok();
    }

    S3Sender* sender_;
    std::map<std::string, bool> known_;
};

Result<> remove_object(S3Sender& sender, const std::string& key) {
    TRY(sender.send({.operation = "DeleteObject", .method = "DELETE", .path = sender.target().path(key)}, key));
    return {};
}

}  // namespace

Result<Leftovers> S3Destination::remove_leftovers(const LeftoverRequest& request) {
    OtherPipelines others(*sender_);
    std::map<std::string, std::string> gone;  // file by key
    const auto add = [&](const std::string& file) -> Result<> {
        if (request.is_named(file)) return {};
        TRY_ASSIGN(const bool of_another, others.own(file));
        if (!of_another) gone.emplace(sender_->target().key(file), file);
        return {};
    };
    for (const LeftoverRequest::File& file : request.published) TRY(add(file.name));
    for (const std::string& file : published_before()) TRY(add(file));

    Leftovers left;
    S3Sweep sweep{.is_of_pipeline = [&](const std::string& key) { return gone.contains(key); }};
    sweep.tell = [&](const std::string& key) { left.uploads.push_back(gone[key]); };
    sweep.dry_run = request.dry_run;
    TRY(sweep_uploads(*sender_, sweep));

    std::set<std::string> removed;
    for (const LeftoverRequest::File& file : request.published) {
        const std::string key = sender_->target().key(file.name);
        if (!gone.contains(key) || removed.contains(key) || published_entry(file.name) != nullptr) continue;
        TRY_ASSIGN(const bool ours, has_bytes(*sender_, key, file.bytes, file.crc64nvme));
        if (!ours) continue;
        if (!request.dry_run) TRY(remove_object(*sender_, key));
        removed.insert(key);
        left.files.push_back(file.name);
    }
    return left;
}

}  // namespace sluice
