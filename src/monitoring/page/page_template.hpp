// The page of a report without its data: markup, style and script of web/, which ./dev page builds.
#pragma once

#include <string_view>

namespace sluice {

// The page is the one, then the data as JSON in which no '<' stands, then the other.
extern const std::string_view kPageBeforeData;
extern const std::string_view kPageAfterData;

// Stands near the beginning of every page, also of those of other versions.
inline constexpr std::string_view kPageMark = R"(<meta name="generator" content="Sluice report")";

}  // namespace sluice
