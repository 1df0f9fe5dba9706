// Where a run's outputs come to lie: no two of them may be one file, nor one a folder of another. Within a destination
// the config's names say it (config/outputs.cpp); here are those that meet through two destinations, a link, or the
// value of a partition.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "plan/logical.hpp"

namespace sluice {

class OutputPlaces {
public:
    // An output's file at one destination.
    struct Writer {
        const LogicalOutput* output = nullptr;  // outlives the places
        std::string file;
        std::string destination;  // its address
    };

    // What to do about a writer that is in the way.
    static constexpr std::string_view kAdvice = "give one of them another `file`, or another destination with `to`";

    // `place` has one spelling: an absolute path without links, or what Destination::place() says. Gives what is wrong
    // when another writer is in the way. `in_folders`: no file can be where others have a folder.
    [[nodiscard]] std::optional<std::string> take(const std::string& place, bool in_folders, Writer writer);

private:
    using Places = std::map<std::string, Writer, std::less<>>;
    [[nodiscard]] Places::const_iterator in_the_way(const std::string& place) const;

    Places places_;
};

}  // namespace sluice
