// A step of the config. One pair of files per type; pipeline/registry.cpp lists them. A transformer computes nothing
// itself: it says what its step means, as a node of the logical plan; the engines do the work.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "plan/logical.hpp"
#include "utils/result.hpp"

namespace sluice {

// Each type has `static constexpr std::string_view kType`, `static Schema schema()` and
// `static std::unique_ptr<Transformer> from_config(const ConfigItem&, Diagnostics&)` beside it (null after a fault).
class Transformer {
public:
    virtual ~Transformer() = default;
    // The names that it reads from, with their places: the config checks them for unknown names and cycles.
    [[nodiscard]] virtual std::vector<LocatedText> inputs() const = 0;
    // The step's node; `relations` are the ids of inputs(), in that order.
    [[nodiscard]] virtual Node node(const std::vector<RelationId>& relations) const = 0;
};

}  // namespace sluice
