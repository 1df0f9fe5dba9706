// What publishing to a destination may touch, for `sluice plan --access`.
#pragma once

#include <string>
#include <vector>

namespace sluice {

struct HostAccess {
    std::string host;  // with a port where it is not the scheme's own
    std::string why;
};

struct DestinationAccess {
    std::vector<std::string> reads;  // local files
    std::vector<std::string> writes;
    std::vector<HostAccess> hosts;
    std::string policy;  // the least rights there, as a JSON document; empty where that is nothing to grant
};

}  // namespace sluice
