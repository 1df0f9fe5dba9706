#include "cli/run_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/command.hpp"
#include "cli/option_values.hpp"
#include "plan/rewrites.hpp"

namespace sluice {
namespace {

Result<bool> parse_format(std::string_view text) {
    auto choice = parse_choice(text, {"text", "json"});
    if (!choice) return std::move(choice).error();
    return *choice == "json";
}

Result<std::string> parse_rewrite(std::string_view name) { return parse_choice(name, rewrite_names()); }

}  // namespace

void add_output_options(CLI::App& command, RunOptions& options) {
    add_list_option(command, "--only", options.only, parse_name,
                    "Write only this output, by its `file` or `from`; repeatable")
        ->type_name("OUTPUT");
    add_value_option(command, "--to", options.to, parse_path,
                     "Write everything to this folder (made if absent) and nowhere else")
        ->type_name("DIR");
}

void add_planning_options(CLI::App& command, RunOptions& options) {
    add_value_option(command, "--threads", options.threads, parse_thread_count, "How many threads work [every core]")
        ->type_name("N");
    add_value_option(command, "--memory", options.memory_bytes, parse_size,
                     "The memory to keep to, as 2GiB: the peak may be 64 MiB more [60% of the machine's]")
        ->type_name("SIZE");
    add_list_option(command, "--without", options.without, parse_rewrite,
                    fmt::format("Switch a rewrite of the plan off; repeatable: {}", fmt::join(rewrite_names(), ", ")))
        ->type_name("REWRITE");
}

void add_reading_options(CLI::App& command, RunOptions& options) {
    add_value_option(command, "--block-size", options.block_size, parse_size,
                     "How much of an input a thread reads at once")
        ->type_name("BYTES");
    add_value_option(command, "--temp-dir", options.temp_dir, parse_path,
                     "Where to put what memory does not hold [$TMPDIR, else /tmp]")
        ->type_name("DIR");
}

void add_format_option(CLI::App& command, bool& json) {
    add_value_option(command, "--format", json, parse_format, "The result on stdout as text, or as one JSON document")
        ->type_name("text|json");
}

}  // namespace sluice
