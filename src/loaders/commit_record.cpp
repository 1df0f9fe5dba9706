#include "loaders/commit_record.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kRecordVersion = 1;

template <typename Value>
std::optional<Value> value_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) return std::nullopt;
    if constexpr (std::is_same_v<Value, std::string>) {
        if (!found->is_string()) return std::nullopt;
    } else if (!found->is_number_unsigned()) {
        return std::nullopt;
    }
    return found->get<Value>();
}

std::optional<std::uint64_t> checksum_of(const std::string& digits) {
    constexpr int kHexadecimal = 16;
    std::uint64_t checksum = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), checksum, kHexadecimal);
    if (fault != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return checksum;
}

std::optional<CommitEntry> parse_entry(const Json& json) {
    if (!json.is_object()) return std::nullopt;
    const auto name = value_at<std::string>(json, "name");
    const auto staged = value_at<std::string>(json, "staged");
    const auto bytes = value_at<std::uint64_t>(json, "bytes");
    const auto checksum = checksum_of(value_at<std::string>(json, "crc64nvme").value_or(""));
    if (!name || !staged || !bytes || !checksum) return std::nullopt;
    return CommitEntry{.name = *name, .staged = *staged, .bytes = *bytes, .crc64nvme = *checksum};
}

}  // namespace

std::string commit_record_text(const CommitRecord& record) {
    Json entries = Json::array();
    for (const CommitEntry& entry : record.entries) {
        entries.push_back({{"name", entry.name},
                           {"staged", entry.staged},
                           {"bytes", entry.bytes},
                           {"crc64nvme", crc64nvme_text(entry.crc64nvme)}});
    }
    const Json json{
        {"sluice_commit", kRecordVersion}, {"layout", record.layout},         {"run", record.run},
        {"pipeline", record.pipeline},     {"decided_at", record.decided_at}, {"entries", std::move(entries)}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<std::optional<CommitRecord>> parse_commit_record(std::string_view text, const std::string& place) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return std::nullopt;
    const auto version = value_at<std::uint64_t>(json, "sluice_commit");
    if (!version) return std::nullopt;
    if (*version != kRecordVersion) {
        return conflict_error(
            "newer_commit", fmt::format("'{}' has format {}, but this Sluice knows format {}: a run of a newer Sluice "
                                        "was killed while it published. Finish it with that one",
                                        place, *version, kRecordVersion));
    }
    CommitRecord record{.layout = value_at<std::string>(json, "layout").value_or(""),
                        .run = value_at<std::string>(json, "run").value_or(""),
                        .pipeline = value_at<std::string>(json, "pipeline").value_or(""),
                        .decided_at = value_at<std::string>(json, "decided_at").value_or(""),
                        .entries = {}};
    const auto entries = json.find("entries");
    if (entries == json.end() || !entries->is_array()) return std::nullopt;
    for (const Json& item : *entries) {
        const auto entry = parse_entry(item);
        if (!entry) return std::nullopt;
        record.entries.push_back(*entry);
    }
    if (record.entries.empty()) return std::nullopt;
    return std::optional(std::move(record));
}

std::string utc_now_text() {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

}  // namespace sluice
