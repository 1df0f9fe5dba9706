#include "cli/diff_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/terminal_text.hpp"
#include "monitoring/number_text.hpp"
#include "utils/json.hpp"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kLongestLine = 300;
constexpr std::size_t kLongestValue = 80;

std::string_view status_name(PlaceDiff::Status status) {
    switch (status) {
        case PlaceDiff::Status::same:
            return "same";
        case PlaceDiff::Status::different:
            return "different";
        case PlaceDiff::Status::only_before:
            return "only_old";
        case PlaceDiff::Status::only_after:
            return "only_new";
    }
    return "different";
}

std::string_view kind_name(RowDiff::Kind kind) {
    switch (kind) {
        case RowDiff::Kind::changed:
            return "changed";
        case RowDiff::Kind::removed:
            return "removed";
        case RowDiff::Kind::added:
            return "added";
    }
    return "changed";
}

std::string value_text(const std::optional<std::string>& json) {
    return json ? fit_text(escaped(*json), kLongestValue) : "(no such column)";
}

std::string subject(const RowDiff& row) {
    if (row.key.empty()) return fmt::format("row {}", row.row_before ? *row.row_before : *row.row_after);
    std::vector<std::string> parts;
    for (const ValueDiff& value : row.key)
        parts.push_back(fmt::format("{} {}", printable(value.column), value_text(value.before)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string row_text(const RowDiff& row) {
    std::vector<std::string> parts;
    for (const ValueDiff& value : row.values) {
        if (row.kind == RowDiff::Kind::changed)
            parts.push_back(fmt::format("{}: {} -> {}", printable(value.column), value_text(value.before),
                                        value_text(value.after)));
        else
            parts.push_back(
                fmt::format("{}: {}", printable(value.column), value_text(value.before ? value.before : value.after)));
    }
    return fit_text(fmt::format("  {} {}: {}", kind_name(row.kind), subject(row), fmt::join(parts, "; ")),
                    kLongestLine) +
           '\n';
}

std::string counts_text(const FileDiff& diff) {
    std::vector<std::string> parts;
    const auto add = [&](std::uint64_t count, std::string_view what) {
        if (count > 0) parts.push_back(fmt::format("{} {}", count_text(count), what));
    };
    add(diff.changed, "changed");
    add(diff.removed, "removed");
    add(diff.added, "added");
    return fmt::format("{} (rows: {} before, {} now; by {})", fmt::join(parts, ", "), count_text(diff.rows_before),
                       count_text(diff.rows_after),
                       diff.key.empty() ? "position" : fmt::format("{}", fmt::join(diff.key, ", ")));
}

std::string rows_text(const FileDiff& diff) {
    std::string text = counts_text(diff) + '\n';
    for (const RowDiff& row : diff.rows) text += row_text(row);
    const std::uint64_t left = diff.changed + diff.removed + diff.added - diff.rows.size();
    if (left > 0) text += fmt::format("  and {} more\n", count_text(left));
    return text;
}

std::string place_text(const PlaceDiff& place) {
    const std::string name = printable(place.file);
    switch (place.status) {
        case PlaceDiff::Status::same:
            return "";
        case PlaceDiff::Status::only_before:
            return fmt::format("{}: only in the old folder\n", name);
        case PlaceDiff::Status::only_after:
            return fmt::format("{}: only in the new folder\n", name);
        case PlaceDiff::Status::different:
            break;
    }
    return fmt::format("{}: {}", name, place.rows ? rows_text(*place.rows) : "the bytes differ\n");
}

Json text_or_null(const std::optional<std::string>& text) { return text ? Json(*text) : Json(); }

Json rows_json(const FileDiff& diff) {
    Json rows = Json::array();
    for (const RowDiff& row : diff.rows) {
        Json key = Json::object();
        for (const ValueDiff& value : row.key) key[value.column] = text_or_null(value.before);
        Json values = Json::array();
        for (const ValueDiff& value : row.values)
            values.push_back(
                {{"column", value.column}, {"old", text_or_null(value.before)}, {"new", text_or_null(value.after)}});
        rows.push_back({{"kind", kind_name(row.kind)},
                        {"key", std::move(key)},
                        {"row_old", row.row_before ? Json(*row.row_before) : Json()},
                        {"row_new", row.row_after ? Json(*row.row_after) : Json()},
                        {"values", std::move(values)}});
    }
    return rows;
}

}  // namespace

std::string diff_text(const std::vector<PlaceDiff>& places) {
    std::string text;
    for (const PlaceDiff& place : places) text += place_text(place);
    const auto same = std::ranges::count(places, PlaceDiff::Status::same, &PlaceDiff::status);
    const auto different = places.size() - static_cast<std::size_t>(same);
    if (different == 0)
        return places.size() == 1 ? "no difference\n" : fmt::format("no difference in {} files\n", places.size());
    if (places.size() > 1) text += fmt::format("{} of {} files differ\n", different, places.size());
    return text;
}

std::string diff_document(const std::vector<PlaceDiff>& places) {
    Json files = Json::array();
    for (const PlaceDiff& place : places) {
        Json file{{"file", place.file}, {"status", status_name(place.status)}};
        if (place.rows) {
            file["by"] = place.rows->key.empty() ? Json("position") : Json(place.rows->key);
            file["rows_old"] = place.rows->rows_before;
            file["rows_new"] = place.rows->rows_after;
            file["changed"] = place.rows->changed;
            file["removed"] = place.rows->removed;
            file["added"] = place.rows->added;
            file["rows"] = rows_json(*place.rows);
        }
        files.push_back(std::move(file));
    }
    const bool same =
        std::ranges::all_of(places, [](const PlaceDiff& place) { return place.status == PlaceDiff::Status::same; });
    return Json{{"same", same}, {"files", std::move(files)}}.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sluice
