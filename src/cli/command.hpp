// What every command of the command line gives to run_cli(): its options, and what to do once they are read.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

namespace sluice {

struct Command {
    CLI::App* options = nullptr;
    // The exit code. `typed` is the command line as it was typed, quoted for a shell.
    std::function<int(const std::string& typed)> run;
};

// An option that takes one value, checked by `parse`, whose error stands after the option's name. Given twice, the last
// one counts.
template <typename Value, typename Parse>
CLI::Option* add_value_option(CLI::App& app, const std::string& name, Value& target, Parse parse,
                              const std::string& help) {
    return app
        .add_option_function<std::string>(
            name,
            [&target, parse, name](const std::string& text) {
                auto value = parse(text);
                if (!value) throw CLI::ValidationError(name, value.error().message);
                target = std::move(*value);
            },
            help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

// An option that may be given several times, one value each time, each checked by `parse`.
template <typename Parse>
CLI::Option* add_list_option(CLI::App& app, const std::string& name, std::vector<std::string>& target, Parse parse,
                             const std::string& help) {
    return app.add_option(name, target, help)
        ->expected(1)
        ->allow_extra_args(false)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
        ->check([parse](const std::string& text) {
            const auto value = parse(text);
            return value ? std::string() : value.error().message;
        });
}

}  // namespace sluice
