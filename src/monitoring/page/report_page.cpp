#include "monitoring/page/report_page.hpp"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "monitoring/page/masked_text.hpp"
#include "monitoring/page/page_template.hpp"
#include "monitoring/report_json.hpp"
#include "monitoring/run_totals.hpp"
#include "monitoring/wall_time.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

void mask_examples(PageContent& content) {
    for (RejectedRow& row : content.rejected) row.row = masked_text(row.row);
    for (CheckReport& check : content.run.checks)
        for (CheckExample& example : check.examples) example.value = masked_text(example.value);
}

Json rejected_json(const std::vector<RejectedRow>& rows) {
    Json list = Json::array();
    for (const RejectedRow& row : rows) {
        list.push_back({{"source", row.source},
                        {"file", row.file},
                        {"line", row.line},
                        {"code", row.code},
                        {"message", row.message},
                        {"column", row.column},
                        {"row", row.row}});
    }
    return list;
}

Json earlier_json(const std::vector<RunReport>& runs) {
    Json list = Json::array();
    for (const RunReport& run : runs) {
        const RunTotals totals = totals_of(run);
        Json outputs = Json::array();
        for (const OutputReport& output : run.outputs)
            outputs.push_back(
                {{"file", output.file},
                 {"rows", output.rows},
                 {"bytes", output.bytes},
                 {"crc64nvme", output.crc64nvme ? fmt::format("{:016x}", *output.crc64nvme) : std::string()}});
        list.push_back({{"run", run.run},
                        {"start", wall_time_text(run.start)},
                        {"seconds", std::chrono::duration<double>(run.end - run.start).count()},
                        {"rows_read", totals.rows_read},
                        {"bad_rows", totals.bad_rows},
                        {"bytes_read", totals.bytes_read},
                        {"rows_written", totals.rows_written},
                        {"bytes_written", totals.bytes_written},
                        {"peak_memory_bytes", run.peak_memory_bytes},
                        {"outputs", std::move(outputs)}});
    }
    return list;
}

// All of these stand in texts only, where JSON has an escape for them.
std::string escaped_for_html(std::string_view json) {
    constexpr std::string_view kLineSeparator = "\xE2\x80\xA8";
    constexpr std::string_view kParagraphSeparator = "\xE2\x80\xA9";
    std::string text;
    text.reserve(json.size() + json.size() / 16);
    for (std::size_t at = 0; at < json.size(); ++at) {
        const std::string_view rest = json.substr(at);
        const bool is_line = rest.starts_with(kLineSeparator);
        if (is_line || rest.starts_with(kParagraphSeparator)) {
            text += is_line ? "\\u2028" : "\\u2029";
            at += kLineSeparator.size() - 1;
        } else if (rest[0] == '<' || rest[0] == '>' || rest[0] == '&') {
            text += fmt::format("\\u{:04x}", static_cast<unsigned>(rest[0]));
        } else {
            text += rest[0];
        }
    }
    return text;
}

std::string data_of(const PageContent& content) {
    const Json around{{"sluice", content.version},
                      {"language", content.language},
                      {"timezone", content.time_zone},
                      {"masked", content.masked},
                      {"rejected", rejected_json(content.rejected)},
                      {"earlier", earlier_json(content.earlier)}};
    const std::string rest = around.dump(-1, ' ', false, Json::error_handler_t::replace);
    return fmt::format("{{\"run\": {}, {}", report_document(content.run), std::string_view(rest).substr(1));
}

}  // namespace

std::string report_page(PageContent content) {
    if (content.masked) mask_examples(content);
    return fmt::format("{}{}{}", kPageBeforeData, escaped_for_html(data_of(content)), kPageAfterData);
}

}  // namespace sluice
