// A host that a run may speak to, for `sluice plan --access`.
#pragma once

#include <string>

namespace sluice {

struct HostAccess {
    std::string host;  // with a port where it is not the scheme's own
    std::string why;
};

}  // namespace sluice
