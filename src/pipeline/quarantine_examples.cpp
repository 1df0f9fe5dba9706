#include "pipeline/quarantine_examples.hpp"

#include <fstream>
#include <string>

#include "monitoring/source_details.hpp"
#include "pipeline/quarantine.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestRow = 2000;

// Without the bytes of a character that the cut parted.
std::string beginning(std::string text) {
    if (text.size() <= kLongestRow) return text;
    std::size_t end = kLongestRow;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    text.resize(end);
    return text + "...";
}

RejectedRow row_of(const Json& line) {
    std::string row = text_at(line, "raw");
    if (row.empty()) row = text_at(line, "raw_base64");
    return {.source = text_at(line, "source"),
            .file = text_at(line, "file"),
            .line = count_at(line, "line"),
            .code = text_at(line, "code"),
            .message = text_at(line, "message"),
            .column = text_at(line, "column"),
            .row = beginning(std::move(row))};
}

}  // namespace

std::vector<RejectedRow> first_rejected_rows(const std::filesystem::path& state, const RunReport& run,
                                             std::size_t most) {
    std::vector<RejectedRow> rows;
    const std::filesystem::path folder = quarantine_folder(state, run.run);
    for (const SourceReport& source : run.sources) {
        if (source.quarantine.empty()) continue;
        // The ledger has the path as that run was told it; the folder may be reached by another one now.
        std::ifstream file(folder / std::filesystem::path(source.quarantine).filename(), std::ios::binary);
        std::string text;
        for (std::size_t count = 0; count < most && std::getline(file, text); ++count) {
            const Json line = Json::parse(text, nullptr, false);
            if (line.is_object()) rows.push_back(row_of(line));
        }
    }
    return rows;
}

}  // namespace sluice
