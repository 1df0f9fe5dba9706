#include "cli/completion_command.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "cli/conclusion.hpp"
#include "cli/option_values.hpp"
#include "pipeline/pipeline_test.hpp"
#include "pipeline/registry.hpp"
#include "plan/rewrites.hpp"
#include "utils/shell_words.hpp"

namespace sluice {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  sluice completion bash > ~/.local/share/bash-completion/completions/sluice\n"
    "  source <(sluice completion bash)                 for this shell only\n"
    "  sluice completion zsh > \"${fpath[1]}/_sluice\"\n"
    "\n"
    "It completes commands, options and their values, and the names of sources, steps and outputs of the config.";

constexpr const char* kBashScript = R"(# Completes sluice in bash: source <(sluice completion bash)
_sluice() {
  local IFS=$'\n'
  COMPREPLY=($("${1/#\~/$HOME}" __complete bash "$COMP_CWORD" "${COMP_WORDS[@]}" 2>/dev/null))
}
complete -o default -F _sluice sluice
)";

constexpr const char* kZshScript = R"(#compdef sluice
# Completes sluice in zsh: in a folder of $fpath as _sluice, or source <(sluice completion zsh)
_sluice() {
  local -a found
  found=("${(@f)$("${(e)words[1]}" __complete zsh $((CURRENT - 1)) "${words[@]}" 2>/dev/null)}")
  found=("${(@)found:#}")
  if (( $#found )); then
    compadd -- "${found[@]}"
  else
    _files
  fi
}
if [[ ${funcstack[1]} == _sluice ]]; then
  _sluice "$@"
else
  compdef _sluice sluice
fi
)";

using Words = std::vector<std::string>;

Words visible_commands(CLI::App& app) {
    Words names;
    for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
    return names;
}

Words options_of(const CLI::App& command) {
    Words names;
    for (const CLI::Option* option : command.get_options())
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
}

// The option of that name that takes a value.
const CLI::Option* valued_option(const CLI::App& command, const std::string& name) {
    if (!name.starts_with('-')) return nullptr;
    const CLI::Option* option = command.get_option_no_throw(name);
    return option != nullptr && option->get_expected_max() > 0 && !option->get_positional() ? option : nullptr;
}

// The config that the words name, else the default one; faults are for the command itself to tell.
std::optional<Config> config_of(const Words& words) {
    ConfigRequest request;
    request.environment = environment_variable;
    for (std::size_t index = 2; index < words.size(); ++index) {
        const std::string extension = std::filesystem::path(words[index]).extension().string();
        std::error_code ignored;
        if ((extension == ".yaml" || extension == ".json") && !words[index - 1].starts_with("--only") &&
            std::filesystem::is_regular_file(words[index], ignored))
            request.path = words[index];
    }
    auto config = load_config(request, config_schemas());
    return config ? std::optional(std::move(*config)) : std::nullopt;
}

Words output_names(const Config& config) {
    Words names;
    for (const OutputSpec& output : config.outputs) {
        names.push_back(output.file.value);
        names.push_back(output.from.value);
    }
    return names;
}

Words all_names(const Config& config) {
    Words names;
    for (const ConfigItem& item : config.sources) names.push_back(item.name);
    for (const ConfigItem& item : config.transforms) names.push_back(item.name);
    for (const OutputSpec& output : config.outputs) names.push_back(output.file.value);
    return names;
}

// "text|json" names its choices; other types are words that this knows.
Words values_of(const CLI::Option& option, const Words& words) {
    const std::string type = option.get_type_name();
    Words values;
    if (type.find('|') != std::string::npos) {
        for (std::size_t begin = 0; begin <= type.size();) {
            const std::size_t end = std::min(type.find('|', begin), type.size());
            values.push_back(type.substr(begin, end - begin));
            begin = end + 1;
        }
    } else if (type == "REWRITE") {
        for (const std::string_view name : rewrite_names()) values.emplace_back(name);
    } else if (type == "OUTPUT") {
        if (const auto config = config_of(words)) values = output_names(*config);
    }
    return values;
}

Words positionals_of(const std::string& command, const Words& words) {
    if (command == "completion") return {"bash", "zsh"};
    if (command == "test") {
        Words names;
        if (const auto cases = find_cases({}))
            for (const auto& folder : *cases) names.push_back(folder.filename().string());
        return names;
    }
    if (command != "preview") return {};
    const auto config = config_of(words);
    return config ? all_names(*config) : Words{};
}

Words candidates(CLI::App& app, const Words& words, std::size_t index) {
    const Words commands = visible_commands(app);
    const auto is_command = [&](const std::string& word) {
        return std::ranges::find(commands, word) != commands.end();
    };
    const auto before = words.begin() + static_cast<std::ptrdiff_t>(index);
    const auto named = std::find_if(words.begin() + 1, before, is_command);
    if (named == before) return words[index].starts_with('-') ? options_of(app) : commands;
    CLI::App* command = app.get_subcommand(*named);
    // A command below it: `runs show`.
    const auto next = named + 1;
    if (next < before)
        for (CLI::App* below : command->get_subcommands({}))
            if (below->get_name() == *next) command = below;
    // bash hands over --format=json as three words.
    const bool assigned = index >= 2 && words[index - 1] == "=";
    const std::string& option_name = words[index - (assigned ? 2 : 1)];
    if (const CLI::Option* option = valued_option(*command, option_name)) return values_of(*option, words);
    if (words[index].starts_with('-')) return options_of(*command);
    return next == before && !command->get_subcommands({}).empty() ? visible_commands(*command)
                                                                   : positionals_of(*named, words);
}

Result<std::string> script_for(const std::string& shell) {
    TRY(parse_choice(shell, {"bash", "zsh"}));
    return std::string(shell == "bash" ? kBashScript : kZshScript);
}

}  // namespace

std::string completions(CLI::App& app, const std::vector<std::string>& arguments) {
    if (arguments.size() < 3) return "";
    std::size_t index = 0;
    std::from_chars(arguments[1].data(), arguments[1].data() + arguments[1].size(), index);
    Words words(arguments.begin() + 2, arguments.end());
    if (index == 0 || index > words.size()) return "";
    words.resize(index + 1);  // what stands behind the cursor does not matter
    const bool for_bash = arguments[0] == "bash";
    if (for_bash && words[index] == "=") {
        words.emplace_back();
        ++index;
    }
    std::string lines;
    Words seen;
    for (const std::string& candidate : candidates(app, words, index)) {
        if (!candidate.starts_with(words[index]) || candidate.find('\n') != std::string::npos) continue;
        if (std::ranges::find(seen, candidate) != seen.end()) continue;
        seen.push_back(candidate);
        lines += (for_bash ? shell_word(candidate) : candidate) + '\n';
    }
    return lines;
}

Command add_completion_command(CLI::App& app) {
    auto shell = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("completion", "Print a script that completes sluice in bash or zsh");
    command->footer(kExamples);
    add_value_option(
        *command, "SHELL", *shell,
        [](std::string_view text) {
            return parse_choice(text, {"bash", "zsh"});
        },
        "bash or zsh")
        ->type_name("")
        ->required();
    return {.options = command,
            .run = [shell](const std::string&) { return conclude_command("completion", script_for(*shell)); }};
}

}  // namespace sluice
