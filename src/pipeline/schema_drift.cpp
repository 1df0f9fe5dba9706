#include "pipeline/schema_drift.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "loaders/file_text.hpp"
#include "loaders/output_file.hpp"
#include "loaders/write_fault.hpp"
#include "pipeline/state_names.hpp"
#include "utils/json.hpp"

namespace sluice {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;
constexpr std::array<std::pair<std::string_view, std::array<Kind, 2>>, 6> kKinds{
    {{"null", {Kind::null, Kind::null}},
     {"boolean", {Kind::false_, Kind::true_}},
     {"number", {Kind::number, Kind::number}},
     {"text", {Kind::text, Kind::text}},
     {"array", {Kind::array, Kind::array}},
     {"object", {Kind::object, Kind::object}}}};

std::string file_of(const std::string& source) { return state_name(source) + ".json"; }

fs::path folder_of(const fs::path& state, const std::string& pipeline) {
    return state / "schemas" / state_name(pipeline);
}

std::vector<std::string> without_null(std::vector<std::string> kinds) {
    std::erase(kinds, "null");
    return kinds;
}

std::string kinds_text(const std::vector<std::string>& kinds) {
    const auto shown = without_null(kinds);
    return shown.empty() ? "null" : fmt::format("{}", fmt::join(shown, " or "));
}

using ColumnsByName = std::map<std::string_view, const KeptSchema::Column*>;

ColumnsByName by_name(const KeptSchema& schema) {
    ColumnsByName columns;
    for (const KeptSchema::Column& column : schema.columns) columns.emplace(column.name, &column);
    return columns;
}

}  // namespace

KeptSchema schema_of(const std::string& run, const ScanSummary& summary) {
    KeptSchema schema{.run = run, .columns = {}};
    for (const ColumnSummary& column : summary.columns) {
        KeptSchema::Column& kept = schema.columns.emplace_back();
        kept.name = column.name;
        for (const auto& [name, kinds] : kKinds)
            if (column.has(kinds[0]) || column.has(kinds[1])) kept.kinds.emplace_back(name);
    }
    return schema;
}

std::optional<KeptSchema> read_schema(const fs::path& state, const std::string& pipeline, const std::string& source) {
    std::string text;
    const auto read =
        read_in_pieces(folder_of(state, pipeline) / file_of(source), nullptr, [&text](std::string_view piece) {
            text += piece;
            return Result<>();
        });
    if (!read) return std::nullopt;
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || json.value("sluice", 0) != kVersion) return std::nullopt;
    try {
        KeptSchema schema{.run = json.at("run"), .columns = {}};
        for (const Json& column : json.at("columns"))
            schema.columns.push_back({.name = column.at("name"), .kinds = column.at("kinds")});
        return schema;
    } catch (const Json::exception&) {
        return std::nullopt;
    }
}

Result<> keep_schema(const fs::path& state, const std::string& pipeline, const std::string& source,
                     const KeptSchema& schema) {
    Json columns = Json::array();
    for (const KeptSchema::Column& column : schema.columns)
        columns.push_back({{"name", column.name}, {"kinds", column.kinds}});
    const Json json{{"sluice", kVersion}, {"run", schema.run}, {"columns", std::move(columns)}};
    const fs::path folder = folder_of(state, pipeline);
    const fs::path staged = folder / (file_of(source) + '.' + schema.run);
    TRY_ASSIGN(const auto file, OutputFile::create(staged, false));
    std::error_code failure;
    Result<> written = file->append(json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n');
    if (written)
        if (auto finished = file->finish(); !finished) written = finished.error();
    if (written) {
        fs::rename(staged, folder / file_of(source), failure);
        if (failure) written = write_fault("rename", staged, failure.value());
    }
    if (!written) fs::remove(staged, failure);
    return written;
}

DriftReport drift_between(const KeptSchema& before, const KeptSchema& now) {
    DriftReport drift{.since = before.run, .added = {}, .removed = {}, .widened = {}};
    const ColumnsByName known = by_name(before);
    const ColumnsByName present = by_name(now);
    for (const KeptSchema::Column& column : now.columns) {
        const auto old = known.find(column.name);
        if (old == known.end()) {
            drift.added.push_back({.column = column.name, .from = {}, .to = kinds_text(column.kinds)});
            continue;
        }
        const auto kinds = without_null(column.kinds);
        const auto& old_kinds = old->second->kinds;
        const bool is_wider = std::ranges::any_of(
            kinds, [&](const std::string& kind) { return std::ranges::find(old_kinds, kind) == old_kinds.end(); });
        if (is_wider)
            drift.widened.push_back(
                {.column = column.name, .from = kinds_text(old_kinds), .to = kinds_text(column.kinds)});
    }
    for (const KeptSchema::Column& column : before.columns)
        if (!present.contains(column.name))
            drift.removed.push_back({.column = column.name, .from = kinds_text(column.kinds), .to = {}});
    return drift;
}

std::string drift_sentence(const std::string& source, const DriftReport& drift) {
    constexpr std::size_t kShown = 5;
    std::vector<std::string> parts;
    const auto add = [&](std::string_view what, const std::vector<DriftedColumn>& columns, auto text) {
        if (columns.empty()) return;
        std::vector<std::string> texts;
        for (const DriftedColumn& column : columns)
            if (texts.size() < kShown) texts.push_back(text(column));
        if (columns.size() > kShown) texts.push_back(fmt::format("and {} more", columns.size() - kShown));
        parts.push_back(fmt::format("{}: {}", what, fmt::join(texts, ", ")));
    };
    add("new columns", drift.added,
        [](const DriftedColumn& column) { return fmt::format("'{}' ({})", column.column, column.to); });
    add("gone", drift.removed, [](const DriftedColumn& column) { return fmt::format("'{}'", column.column); });
    add("wider", drift.widened, [](const DriftedColumn& column) {
        return fmt::format("'{}' was {} and is {}", column.column, column.from, column.to);
    });
    return fmt::format("source '{}' is not as it was in run {}: {}", source, drift.since, fmt::join(parts, "; "));
}

}  // namespace sluice
