// What a run may touch: `sluice plan --access`. Found from the config alone; files need not be there, and no other
// machine is asked.
#pragma once

#include <string>
#include <vector>

#include "loaders/destination_access.hpp"
#include "pipeline/run.hpp"

namespace sluice {

struct BucketPolicy {
    std::string address;   // of the destination, or of a source's bucket
    std::string document;  // the least rights, as JSON with a newline at the end
};

struct AccessList {
    std::vector<std::string> reads;     // local files, and addresses of objects
    std::vector<std::string> programs;  // of `type: command`: what these touch is theirs
    std::vector<std::string> writes;    // local files; a folder ends with a slash
    std::vector<HostAccess> hosts;
    std::vector<BucketPolicy> policies;
};

[[nodiscard]] Result<AccessList> list_access(const RunOptions& options);

// One JSON document with a newline at the end: docs/reference/plan.md.
[[nodiscard]] std::string access_document(const AccessList& access);

}  // namespace sluice
