#include "cli/preview_command.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/conclusion.hpp"
#include "cli/config_options.hpp"
#include "cli/option_values.hpp"
#include "cli/preview_stats.hpp"
#include "cli/preview_suggestions.hpp"
#include "cli/preview_table.hpp"
#include "cli/progress_display.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "cli/standard_streams.hpp"
#include "cli/terminal.hpp"
#include "formats/row_layout.hpp"
#include "monitoring/number_text.hpp"
#include "pipeline/relation_rows.hpp"
#include "rows/json_text.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice preview user_activities             the first 20 rows of a source\n"
    "  sluice preview activity_requests -n 3      of a step\n"
    "  sluice preview action_counts.json          of an output, with its `timestamps` and `durations`\n"
    "  sluice preview api_logs --format jsonl | jq .endpoint\n"
    "  sluice preview api_logs --stats            kinds, nulls, distinct values, least, greatest and frequent ones\n"
    "  sluice preview api_logs --stats --suggest  expectations that its rows meet, for the config\n"
    "\n"
    "The rows are the first that a run would give. Of a source no more is read than they take; for a step its sources\n"
    "are read to their ends. --stats reads all rows; beyond 10,000 different values in a column its numbers marked ~ "
    "are\n"
    "estimates: distinct values within 1.6% on average, frequent ones a lower bound.";

enum class PreviewFormat { table, json, jsonl };

struct PreviewArguments {
    RunOptions options;
    std::string name;
    std::uint64_t rows = 20;
    PreviewFormat format = PreviewFormat::table;
    bool stats = false;
    bool suggest = false;
};

Result<PreviewFormat> parse_preview_format(std::string_view text) {
    TRY_ASSIGN(const std::string choice, parse_choice(text, {"table", "json", "jsonl"}));
    return choice == "table" ? PreviewFormat::table : choice == "json" ? PreviewFormat::json : PreviewFormat::jsonl;
}

std::string table_of(const FirstRows& first) {
    std::vector<DataColumn> columns;
    for (const std::string& name : first.columns) columns.push_back({name, Align::left});
    std::vector<std::vector<std::string>> cells;
    std::vector<bool> has_number(columns.size(), false);
    std::vector<bool> has_other(columns.size(), false);
    for (const auto& row : first.rows) {
        std::vector<std::string>& line = cells.emplace_back();
        for (std::size_t column = 0; column < row.size(); ++column) {
            line.push_back(cell_text(row[column].json));
            if (row[column].kind == Kind::number)
                has_number[column] = true;
            else if (row[column].kind != Kind::null)
                has_other[column] = true;
        }
    }
    for (std::size_t column = 0; column < columns.size(); ++column)
        if (has_number[column] && !has_other[column]) columns[column].align = Align::right;
    return first.rows.empty() ? "no rows\n" : data_table(columns, cells, stdout_width());
}

std::string row_json(const FirstRows& first, std::size_t row) {
    std::string line = "{";
    for (std::size_t column = 0; column < first.columns.size(); ++column) {
        if (column > 0) line += ", ";
        append_quoted(first.columns[column], line);
        line += ": " + first.rows[row][column].json;
    }
    return line + '}';
}

std::string text_of(const FirstRows& first, const PreviewArguments& arguments) {
    if (arguments.format == PreviewFormat::table) return table_of(first);
    std::string text;
    const bool document = arguments.format == PreviewFormat::json;
    if (document) {
        std::string name;
        append_quoted(arguments.name, name);
        text = fmt::format("{{\n  \"name\": {},\n  \"more\": {},\n  \"rows\": [", name, first.more);
    }
    for (std::size_t row = 0; row < first.rows.size(); ++row) {
        if (document) text += row == 0 ? "\n    " : ",\n    ";
        text += row_json(first, row);
        if (!document) text += '\n';
    }
    if (document) text += first.rows.empty() ? "]\n}\n" : "\n  ]\n}\n";
    return text;
}

Result<std::string> stats_of(RelationRows& rows, const PreviewArguments& arguments) {
    TRY_ASSIGN(const auto stream, rows.all());
    RowsProfile profile{.name = arguments.name, .rows = 0, .style = rows.style(), .columns = {}};
    TRY_ASSIGN(profile.columns, profile_rows(*stream, profile.rows));
    if (arguments.suggest) return suggested_expectations(profile);
    switch (arguments.format) {
        case PreviewFormat::table:
            return stats_table(profile, stdout_width());
        case PreviewFormat::json:
            return stats_document(profile);
        case PreviewFormat::jsonl:
            return stats_lines(profile);
    }
    return std::string();
}

struct Shown {
    std::string result;
    std::string notes;  // for stderr
};

Result<Shown> shown_rows(RelationRows& rows, const PreviewArguments& arguments) {
    Shown shown;
    if (arguments.stats) {
        TRY_ASSIGN(shown.result, stats_of(rows, arguments));
    } else {
        TRY_ASSIGN(const FirstRows first, rows.first(arguments.rows));
        shown.result = text_of(first, arguments);
        if (first.more && arguments.format == PreviewFormat::table)
            shown.notes = fmt::format("the first {} rows; there are more\n", count_text(first.rows.size()));
    }
    for (const std::string& warning : rows.warnings()) shown.notes += "warning: " + warning + '\n';
    rows.mask(shown.notes);
    return shown;
}

Result<Shown> open_and_show(const PreviewArguments& arguments, Progress& progress, StopFlag& stop) {
    TRY_ASSIGN(const auto rows, RelationRows::open(arguments.options, arguments.name, progress, stop));
    auto shown = shown_rows(*rows, arguments);
    if (!shown) rows->mask(shown.error().message);
    return shown;
}

int preview(const PreviewArguments& arguments) {
    StopFlag stop;
    const StopOnSignals signals(stop);
    Progress progress;
    // A bar while it works; in a log it would be noise.
    const ProgressStyle style =
        automatic_progress_style() == ProgressStyle::bar ? ProgressStyle::bar : ProgressStyle::none;
    ProgressDisplay display(progress, style);
    const Result<Shown> shown = open_and_show(arguments, progress, stop);
    display.end();
    if (!shown) return conclude_command("preview", shown.error());
    const int code = conclude_command("preview", shown->result);
    write_to_stderr(shown->notes);
    return code;
}

}  // namespace

Command add_preview_command(CLI::App& app) {
    auto arguments = std::make_shared<PreviewArguments>();
    CLI::App* command =
        app.add_subcommand("preview", "Show the first rows of a source, step or output, or profile them");
    command->footer(kExamples);
    add_value_option(*command, "NAME", arguments->name, parse_name, "A source or step, or an output's `file`")
        ->type_name("")
        ->required();
    add_config_options(*command, arguments->options.config, arguments->options.base);
    add_value_option(*command, "-n,--rows", arguments->rows, parse_count, "How many rows [20]")->type_name("N");
    add_value_option(*command, "--format", arguments->format, parse_preview_format,
                     "A table, one JSON document, or a row of JSON a line")
        ->type_name("table|json|jsonl");
    CLI::Option* stats = command->add_flag("--stats", arguments->stats, "Profile all rows, column by column");
    command->add_flag("--suggest", arguments->suggest, "With --stats: expectations that all rows meet, as YAML")
        ->needs(stats);
    add_planning_options(*command, arguments->options);
    add_reading_options(*command, arguments->options);
    return {.options = command, .run = [arguments](const std::string&) { return preview(*arguments); }};
}

}  // namespace sluice
