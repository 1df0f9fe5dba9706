#include "config/environments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "config/validation.hpp"

namespace sluice {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kExtensions{".yaml", ".yml", ".json"};

bool is_environment_name(std::string_view name) {
    constexpr std::size_t kLongest = 64;
    return !name.empty() && name.size() <= kLongest && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    });
}

fs::path overlay_path(const fs::path& config, std::string_view name, std::string_view extension) {
    return config.parent_path() / fmt::format("{}_{}{}", config.stem().string(), name, extension);
}

// The environments that have an overlay beside the config, in order.
std::vector<std::string> known_environments(const fs::path& config) {
    std::vector<std::string> names;
    const std::string start = config.stem().string() + "_";
    std::error_code ignored;
    const fs::path folder = config.has_parent_path() ? config.parent_path() : fs::path(".");
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        const std::string stem = entry.path().stem().string();
        const std::string extension = entry.path().extension().string();
        if (std::ranges::find(kExtensions, extension) == kExtensions.end() || !stem.starts_with(start)) continue;
        if (std::string name = stem.substr(start.size()); is_environment_name(name)) names.push_back(std::move(name));
    }
    std::ranges::sort(names);
    return names;
}

}  // namespace

std::optional<ChosenEnvironment> choose_environment(const std::optional<std::string>& option,
                                                    const Environment& environment, const Tree* base,
                                                    Diagnostics& diagnostics) {
    std::optional<ChosenEnvironment> chosen;
    const auto variable = environment ? environment("SLUICE_ENV") : std::nullopt;
    const Tree* field = base == nullptr ? nullptr : base->find("env");
    if (option) {
        chosen = {*option, {.file = "--env " + in_quotes(*option), .line = 0, .column = 0}};
    } else if (variable && !variable->empty()) {
        chosen = {*variable, {.file = "SLUICE_ENV=" + in_quotes(*variable), .line = 0, .column = 0}};
    } else if (field != nullptr && field->is_scalar() && !field->faulty()) {
        chosen = {field->text(), field->location()};
    }
    if (!chosen || is_environment_name(chosen->name)) return chosen;
    const bool is_variable = chosen->name.find("${") != std::string::npos;
    diagnostics.add(chosen->place, fmt::format("{} is not the name of an environment", in_quotes(chosen->name)), {},
                    is_variable ? "`env` is literal; for a variable, set SLUICE_ENV or type --env"
                                : "a name has letters, digits, - and _, such as prod");
    return std::nullopt;
}

std::optional<ConfigFile> read_overlay(const fs::path& config, const ChosenEnvironment& environment,
                                       Diagnostics& diagnostics) {
    std::vector<fs::path> found;
    std::error_code ignored;
    for (const std::string_view extension : kExtensions) {
        fs::path path = overlay_path(config, environment.name, extension);
        if (fs::exists(path, ignored)) found.push_back(std::move(path));
    }
    if (found.size() == 1) {
        auto file = read_config_file(found.front());
        if (file) return std::move(*file);
        diagnostics.add(environment.place, file.error().message);
        return std::nullopt;
    }
    if (found.size() > 1) {
        diagnostics.add(environment.place,
                        fmt::format("environment '{}' has two overlays: {} and {}", environment.name, found[0].string(),
                                    found[1].string()),
                        {}, "remove one of them");
        return std::nullopt;
    }
    const std::vector<std::string> known = known_environments(config);
    const std::vector<std::string_view> names(known.begin(), known.end());
    diagnostics.add(environment.place,
                    fmt::format("there is no overlay {} (or .json) for environment '{}'",
                                overlay_path(config, environment.name, ".yaml").string(), environment.name),
                    suggestion(environment.name, names, diagnostics),
                    names.empty() ? "an overlay lies beside the config and says only what is different"
                                  : fmt::format("environments that have one: {}", fmt::join(names, ", ")));
    return std::nullopt;
}

}  // namespace sluice
