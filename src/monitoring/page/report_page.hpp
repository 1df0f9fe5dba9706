// The page of one run: an HTML file that opens without a network (docs/reference/report.md). Pure; never fails.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "monitoring/report.hpp"

namespace sluice {

// A row that lies in quarantine.
struct RejectedRow {
    std::string source;
    std::string file;
    std::uint64_t line = 0;  // from 1
    std::string code;
    std::string message;
    std::string column;
    std::string row;  // as it was read, or the beginning of it
};

struct PageContent {
    std::string version;  // of Sluice
    RunReport run;
    std::vector<RunReport> earlier;  // good runs of the pipeline before it, the newest first
    std::vector<RejectedRow> rejected;
    std::string language = "en";  // or "id"; the reader may change it
    std::string time_zone = "UTC";
    bool masked = true;  // rows and values of examples
};

// The data stands in it as JSON that no text can end: '<', '>', '&' and the line ends of JavaScript are escaped.
[[nodiscard]] std::string report_page(PageContent content);

}  // namespace sluice
