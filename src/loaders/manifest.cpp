#include "loaders/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "loaders/commit_record.hpp"
#include "utils/crc64nvme.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string meaning_text(Meaning meaning) {
    switch (meaning) {
        case Meaning::value:
            return "";
        case Meaning::timestamp:
            return "timestamp";
        case Meaning::timestamp_ns:
            return "timestamp_ns";
        case Meaning::duration:
            return "duration";
    }
    return "";
}

ManifestEntry entry_of(const StagedFile& file) {
    ManifestEntry entry{.file = file.name,
                        .rows = file.rows,
                        .bytes = file.bytes,
                        .crc64nvme = crc64nvme_text(file.crc64nvme),
                        .sha256 = file.sha256,
                        .columns = {},
                        .parts = file.parts};
    for (const OutputColumn& column : file.columns) {
        entry.columns.push_back({.name = column.name, .meaning = meaning_text(column.meaning)});
    }
    return entry;
}

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t count_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

PartChecksums parse_parts(const Json& file) {
    PartChecksums checksums;
    const auto parts = file.find("parts");
    if (parts == file.end() || !parts->is_object()) return checksums;
    checksums.bytes = count_at(*parts, "bytes");
    const auto listed = parts->find("crc64nvme");
    if (listed == parts->end() || !listed->is_array()) return checksums;
    for (const Json& checksum : *listed)
        checksums.crc64nvme.push_back(checksum.is_string() ? checksum.get<std::string>() : std::string());
    return checksums;
}

ManifestEntry parse_entry(const Json& json) {
    ManifestEntry entry{.file = text_at(json, "file"),
                        .rows = count_at(json, "rows"),
                        .bytes = count_at(json, "bytes"),
                        .crc64nvme = text_at(json, "crc64nvme"),
                        .sha256 = text_at(json, "sha256"),
                        .columns = {},
                        .parts = parse_parts(json)};
    if (const auto columns = json.find("columns"); columns != json.end() && columns->is_array()) {
        for (const Json& column : *columns) {
            if (column.is_object()) {
                entry.columns.push_back({.name = text_at(column, "name"), .meaning = text_at(column, "meaning")});
            }
        }
    }
    return entry;
}

}  // namespace

std::vector<std::string> files_of(const std::optional<Manifest>& manifest) {
    std::vector<std::string> files;
    if (manifest)
        for (const ManifestEntry& entry : manifest->files) files.push_back(entry.file);
    return files;
}

std::string manifest_text(const Manifest& manifest) {
    Json files = Json::array();
    for (const ManifestEntry& entry : manifest.files) {
        Json columns = Json::array();
        for (const ManifestColumn& column : entry.columns) {
            Json json{{"name", column.name}};
            if (!column.meaning.empty()) json["meaning"] = column.meaning;
            columns.push_back(std::move(json));
        }
        Json file{{"file", entry.file}, {"rows", entry.rows}, {"bytes", entry.bytes}, {"crc64nvme", entry.crc64nvme}};
        if (!entry.sha256.empty()) file["sha256"] = entry.sha256;
        if (!entry.parts.crc64nvme.empty())
            file["parts"] = {{"bytes", entry.parts.bytes}, {"crc64nvme", entry.parts.crc64nvme}};
        file["columns"] = std::move(columns);
        files.push_back(std::move(file));
    }
    Json json{{"sluice", kManifestVersion},
              {"pipeline", manifest.pipeline},
              {"run", manifest.run},
              {"config_hash", manifest.config_hash}};
    for (const auto& [name, value] : manifest.params) json["params"][name] = value;
    json["committed_at"] = manifest.committed_at;
    if (!manifest.books.empty()) json["books"] = Json::parse(manifest.books, nullptr, false);
    json["files"] = std::move(files);
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Manifest> parse_manifest(std::string_view text, const std::string& place) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("sluice")) {
        return conflict_error(
            "foreign_manifest",
            fmt::format(
                "'{}' was not written by Sluice, and this run would replace it; move it away, or write to another "
                "folder (the destination's path or prefix, or --to)",
                place));
    }
    const Json& version = json["sluice"];
    if (!version.is_number_integer() || version.get<std::int64_t>() != kManifestVersion) {
        return conflict_error(
            "newer_manifest",
            fmt::format("'{}' has format {}, but this Sluice knows format {}: a newer Sluice wrote it. "
                        "Use that one, or move the file away",
                        place, version.dump(), kManifestVersion));
    }
    Manifest manifest{.pipeline = text_at(json, "pipeline"),
                      .run = text_at(json, "run"),
                      .config_hash = text_at(json, "config_hash"),
                      .committed_at = text_at(json, "committed_at"),
                      .files = {}};
    if (const auto files = json.find("files"); files != json.end() && files->is_array()) {
        for (const Json& file : *files) {
            if (file.is_object()) manifest.files.push_back(parse_entry(file));
        }
    }
    return manifest;
}

Result<> check_owner(const Manifest& present, const std::string& pipeline, const std::string& place) {
    if (present.pipeline == pipeline) return {};
    return conflict_error(
        "other_pipeline",
        fmt::format(
            "the destination belongs to pipeline '{}' ('{}', run {} of {}), and this is pipeline '{}'. Give this "
            "pipeline a place of its own (the destination's path or prefix, or --to), or remove that manifest if "
            "the outputs there may be replaced",
            present.pipeline, place, present.run, present.committed_at, pipeline));
}

Manifest next_manifest(const DestinationContext& context, const std::vector<StagedFile>& staged,
                       const Manifest* present) {
    Manifest manifest{.pipeline = context.identity.pipeline,
                      .run = context.identity.run,
                      .config_hash = context.identity.config_hash,
                      .params = context.identity.params,
                      .committed_at = utc_now_text(),
                      .books = context.books == nullptr ? std::string() : *context.books,
                      .files = {}};
    if (context.keep_other_entries && present != nullptr) {
        std::ranges::copy_if(present->files, std::back_inserter(manifest.files), [&](const ManifestEntry& entry) {
            return !context.is_written_anew || !context.is_written_anew(entry.file);
        });
    }
    std::unordered_map<std::string, std::size_t> places;
    for (std::size_t at = 0; at < manifest.files.size(); ++at) places.emplace(manifest.files[at].file, at);
    for (const StagedFile& file : staged) {
        const auto [place, is_new] = places.emplace(file.name, manifest.files.size());
        if (is_new) manifest.files.emplace_back();
        manifest.files[place->second] = entry_of(file);
    }
    return manifest;
}

Result<> check_file_name(const std::string& file) {
    if (file != kManifestFile && file != ".sluice" && !file.starts_with(".sluice/")) return {};
    return config_error(
        "reserved_name",
        fmt::format("an output may not be named '{}': Sluice writes that itself; choose another `file`", file));
}

}  // namespace sluice
