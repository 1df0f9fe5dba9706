// What publishing to a destination may touch, for `sluice plan --access`.
#pragma once

#include <string>
#include <vector>

#include "utils/host_access.hpp"

namespace sluice {

struct DestinationAccess {
    std::vector<std::string> reads;  // local files
    std::vector<std::string> writes;
    std::vector<HostAccess> hosts;
    std::string policy;  // the least rights there, as a JSON document; empty where that is nothing to grant
};

}  // namespace sluice
