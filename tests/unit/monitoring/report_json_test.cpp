#include "monitoring/report_json.hpp"

#include <gtest/gtest.h>

#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::json;

RunReport sample_report() {
    RunReport report;
    report.run = "r1";
    report.pipeline = "p";
    report.config_path = "config/config.yaml";
    report.start = WallTime(std::chrono::milliseconds(1709078400250));  // 2024-02-28T00:00:00.25Z
    report.end = report.start + std::chrono::milliseconds(1500);
    report.status = "done";
    report.stages.push_back({.name = "read", .start = report.start, .seconds = 0.5});
    report.sources.push_back({.name = "a", .rows = 3, .bad_rows = 0, .bytes = 100, .seconds = 0.5});
    report.steps.push_back({.step = "j", .rows_in = {3, 4}, .rows_out = 5, .unmatched_right = 1, .fan_out = 2});
    report.outputs.push_back({.name = "j", .file = "j.json", .how = "native", .rows = 5, .bytes = 9, .crc64nvme = 255});
    report.destinations.push_back({.name = "s3", .address = "", .on = false, .off_reason = "bucket is empty"});
    report.warnings = {"column \"x\" does not exist"};
    return report;
}

TEST(ReportJson, HoldsEveryPart) {
    const Json json = Json::parse(report_document(sample_report()));
    EXPECT_EQ(json["start"], "2024-02-28T00:00:00.250000Z");
    EXPECT_EQ(json["end"], "2024-02-28T00:00:01.750000Z");
    EXPECT_EQ(json["seconds"], 1.5);
    EXPECT_EQ(json["exit_code"], 0);
    EXPECT_EQ(json["stages"][0]["end"], "2024-02-28T00:00:00.750000Z");
    EXPECT_EQ(json["sources"][0]["rows"], 3);
    EXPECT_EQ(json["steps"][0]["rows_in"], Json::parse("[3, 4]"));
    EXPECT_EQ(json["steps"][0]["unmatched_right"], 1);
    EXPECT_EQ(json["steps"][0]["fan_out"], 2);
    EXPECT_EQ(json["outputs"][0]["crc64nvme"], "00000000000000ff");
    EXPECT_EQ(json["destinations"][0]["off_reason"], "bucket is empty");
    EXPECT_EQ(json["warnings"][0], "column \"x\" does not exist");
    EXPECT_EQ(json["error"], nullptr);
}

TEST(ReportJson, SaysWhoMustActAndTheExitCode) {
    RunReport report = sample_report();
    report.error = data_error("bad_rows", "1 bad row");
    Json json = Json::parse(report_document(report));
    EXPECT_EQ(json["exit_code"], 3);
    EXPECT_EQ(json["error"]["kind"], "data");
    report.error = interrupted_error(15);
    json = Json::parse(report_document(report));
    EXPECT_EQ(json["exit_code"], 143);
}

TEST(ReportJson, ReplacesBytesThatAreNotText) {
    RunReport report = sample_report();
    report.config_path = "caf\xe9.yaml";
    const Json json = Json::parse(report_document(report));
    EXPECT_EQ(json["config"], "caf\xef\xbf\xbd.yaml");
}

}  // namespace
}  // namespace sluice
