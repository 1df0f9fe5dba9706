#include "pipeline/output_places.hpp"

#include <fmt/format.h>

#include <utility>

namespace sluice {

namespace {

std::string meet(const OutputPlaces::Writer& later, const OutputPlaces::Writer& first, const std::string& how) {
    return fmt::format("output '{}' to {} and output '{}' ({}) to {} {}", later.file, later.destination, first.file,
                       first.output->location.text(), first.destination, how);
}

}  // namespace

// A file whose name is a folder of `place`, or one below `place`.
OutputPlaces::Places::const_iterator OutputPlaces::in_the_way(const std::string& place) const {
    for (std::size_t slash = place.find('/', 1); slash != std::string::npos; slash = place.find('/', slash + 1))
        if (const auto above = places_.find(std::string_view(place).substr(0, slash)); above != places_.end())
            return above;
    const std::string inside = place + '/';
    const auto below = places_.lower_bound(inside);
    return below != places_.end() && below->first.starts_with(inside) ? below : places_.end();
}

std::optional<std::string> OutputPlaces::take(const std::string& place, bool in_folders, Writer writer) {
    if (const auto same = places_.find(place); same != places_.end())
        return meet(writer, same->second, fmt::format("would be one file, '{}'", place));
    if (const auto other = in_folders ? in_the_way(place) : places_.end(); other != places_.end())
        return meet(writer, other->second,
                    fmt::format("cannot both be there: '{}' would be a file and a folder",
                                other->first.size() < place.size() ? other->first : place));
    places_.emplace(place, std::move(writer));
    return std::nullopt;
}

}  // namespace sluice
