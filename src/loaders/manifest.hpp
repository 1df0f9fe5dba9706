// The list of what a pipeline has published at a destination: `manifest.json`, written last, so that a reader who goes
// through it sees whole sets only.
//
//   {"sluice": 1, "pipeline": TEXT, "run": TEXT, "config_hash": HEX, "params": {NAME: TEXT} (left out: none),
//   "committed_at": "YYYY-MM-DDTHH:MM:SSZ",
//   "books": {"sources": [...], "steps": [...]} (of that run: monitoring/report_json.hpp),
//    "files": [{"file": TEXT, "rows": N, "bytes": N, "crc64nvme": 16 HEX DIGITS,
//               "sha256": 64 HEX DIGITS (left out: not asked for),
//               "parts": {"bytes": N, "crc64nvme": [16 HEX DIGITS]} (of the first parts of N bytes; where the
//                        destination takes them, which are then compared with those of the next run's file),
//               "columns": [{"name": TEXT, "meaning": "timestamp" | "timestamp_ns" | "duration" (left out: value)}]}]}
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loaders/destination.hpp"
#include "utils/result.hpp"

namespace sluice {

inline constexpr std::string_view kManifestFile = "manifest.json";
inline constexpr int kManifestVersion = 1;

struct ManifestColumn {
    std::string name;
    std::string meaning;  // "" for a plain value
};

struct ManifestEntry {
    std::string file;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    std::string crc64nvme;
    std::string sha256 = {};  // "" where it was not asked for
    std::vector<ManifestColumn> columns;
    PartChecksums parts = {};
};

struct Manifest {
    std::string pipeline;
    std::string run;
    std::string config_hash;
    std::vector<std::pair<std::string, std::string>> params = {};
    std::string committed_at;
    std::string books = {};  // a JSON object; "": left out
    std::vector<ManifestEntry> files;
};

// The files that it names; none where there is no manifest.
[[nodiscard]] std::vector<std::string> files_of(const std::optional<Manifest>& manifest);

[[nodiscard]] std::string manifest_text(const Manifest& manifest);

// Fails (kind conflict) when `text` is no manifest of Sluice or one of a newer format: `place` names it in the message.
[[nodiscard]] Result<Manifest> parse_manifest(std::string_view text, const std::string& place);

// The manifest that is at a destination may be replaced by a run of `pipeline`; else kind conflict.
[[nodiscard]] Result<> check_owner(const Manifest& present, const std::string& pipeline, const std::string& place);

// The manifest of this run, committed now. `present`: the one that is there, whose other entries are kept in their
// places if the context says so; null if there is none.
[[nodiscard]] Manifest next_manifest(const DestinationContext& context, const std::vector<StagedFile>& staged,
                                     const Manifest* present);

// Names that an output may not have, because the destination needs them itself; for stage().
[[nodiscard]] Result<> check_file_name(const std::string& file);

}  // namespace sluice
