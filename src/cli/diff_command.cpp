#include "cli/diff_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/conclusion.hpp"
#include "cli/diff_text.hpp"
#include "cli/option_values.hpp"
#include "cli/run_options.hpp"
#include "cli/signals.hpp"
#include "quality/diff/place_diff.hpp"

namespace sluice {
namespace {

constexpr int kDifference = 3;

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice diff old/output_data.json new/output_data.json --key user_id,timestamp_x\n"
    "  sluice diff old new                  folders, file by file, for the day one leaves an old script\n"
    "  sluice diff a.csv b.jsonl -n 3 --format json\n"
    "\n"
    "Rows are compared by key, or by position without one; a JSON object by its keys. Numbers are compared by value\n"
    "(1.50 is 1.5), text by its characters, a missing column is null, and the order of columns is nothing. Files "
    "whose\n"
    "rows cannot be read are compared byte for byte.\n"
    "\n"
    "Exit codes: 0 no difference, 3 there are some, 2 mend the command, 4 something cannot be read.";

struct DiffArguments {
    std::filesystem::path before;
    std::filesystem::path after;
    std::uint64_t most = 10;
    DiffOptions options;
    bool json = false;
};

// "a,b"; a name with a comma in it is written with two: "a,,b".
Result<std::vector<std::string>> parse_key(std::string_view text) {
    std::vector<std::string> columns(1);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] != ',') {
            columns.back() += text[at];
        } else if (text.substr(at).starts_with(",,")) {
            columns.back() += ',';
            ++at;
        } else {
            columns.emplace_back();
        }
    }
    if (std::ranges::find(columns, "") != columns.end())
        return config_error("usage", fmt::format("'{}' names an empty column; write them like user_id,day", text));
    return columns;
}

int diff(DiffArguments& arguments) {
    StopFlag stop;
    const StopOnSignals signals(stop);
    arguments.options.stop = &stop;
    arguments.options.most = static_cast<std::size_t>(arguments.most);
    const auto places = diff_places(arguments.before, arguments.after, arguments.options);
    if (!places) return conclude_command("diff", places.error());
    const int code = conclude_command("diff", arguments.json ? diff_document(*places) : diff_text(*places));
    const bool same =
        std::ranges::all_of(*places, [](const PlaceDiff& place) { return place.status == PlaceDiff::Status::same; });
    return same ? code : kDifference;
}

}  // namespace

Command add_diff_command(CLI::App& app) {
    auto arguments = std::make_shared<DiffArguments>();
    CLI::App* command = app.add_subcommand("diff", "Show how two outputs, or two folders of them, differ");
    command->footer(kExamples);
    add_value_option(*command, "OLD", arguments->before, parse_path, "A file or a folder")->type_name("")->required();
    add_value_option(*command, "NEW", arguments->after, parse_path, "A file or a folder")->type_name("")->required();
    add_value_option(*command, "--key", arguments->options.key, parse_key,
                     "The columns that name a row: user_id or a,b [position]")
        ->type_name("COLUMNS");
    add_value_option(*command, "-n", arguments->most, parse_count,
                     "How many rows that changed, are gone and are new are shown [10 of each]")
        ->type_name("N");
    add_format_option(*command, arguments->json);
    return {.options = command, .run = [arguments](const std::string&) { return diff(*arguments); }};
}

}  // namespace sluice
