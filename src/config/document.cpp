// The order matters. An overlay is laid over the base before anything is replaced, so that its variables count and the
// base's do not; --set comes next, so that it can stand in for a variable that is not set; params are read then,
// because both may change them; variables are replaced last, in what is left.

#include "config/document.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/env_file.hpp"
#include "config/environments.hpp"
#include "config/overlay.hpp"
#include "config/params.hpp"
#include "config/set_option.hpp"
#include "config/source_text.hpp"
#include "config/tree_reader.hpp"
#include "config/variables.hpp"

namespace sluice {
namespace {

std::optional<Tree> read_map(ConfigFile file, Diagnostics& diagnostics) {
    const bool json = file.path.extension() == ".json";
    const auto source = SourceText::check(file.path.string(), std::move(file.bytes), json, diagnostics);
    if (!source) return std::nullopt;
    auto root = read_tree(*source, diagnostics);
    if (!root || root->is_map()) return root;
    diagnostics.add(root->location(), fmt::format("a config is a map, not {}", root->kind_name()), {},
                    "it starts with a key, such as version: 1");
    return std::nullopt;
}

// The variables of the process, and then those of the file.
Environment whole_environment(const ConfigRequest& request, Diagnostics& diagnostics) {
    if (request.env_file.empty()) return request.environment;
    return [own = request.environment, more = read_env_file(request.env_file, diagnostics)](const std::string& name) {
        auto value = own ? own(name) : std::nullopt;
        if (value) return value;
        const auto found = more.find(name);
        return found == more.end() ? std::nullopt : std::optional(found->second);
    };
}

// Nothing but comments and blank lines.
bool says_nothing(std::string_view text) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const std::size_t start = line.find_first_not_of(" \t\r");
        if (start != std::string_view::npos && line[start] != '#') return false;
        text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
    return true;
}

struct Layers {
    Tree base;
    std::optional<Tree> overlay;
    std::string environment;
    std::filesystem::path overlay_path;
};

// Reads both files, so that the faults of both are shown.
std::optional<Layers> read_layers(const ConfigRequest& request, ConfigFile file, const Environment& environment,
                                  Diagnostics& diagnostics) {
    Layers layers;
    const std::filesystem::path path = file.path;
    auto base = read_map(std::move(file), diagnostics);
    const auto chosen = choose_environment(request.env, environment, base ? &*base : nullptr, diagnostics);
    if (chosen) {
        auto overlay_file = read_overlay(path, *chosen, diagnostics);
        layers.environment = chosen->name;
        if (overlay_file) {
            layers.overlay_path = overlay_file->path;
            if (says_nothing(overlay_file->bytes)) {
                diagnostics.add({.file = overlay_file->path.string(), .line = 1, .column = 1}, "the overlay is empty",
                                {}, "an overlay that changes nothing is written {}");
            } else {
                layers.overlay = read_map(std::move(*overlay_file), diagnostics);
            }
            if (!layers.overlay) base.reset();
        }
    }
    if (!base) return std::nullopt;
    layers.base = std::move(*base);
    const Tree::Entry* env = layers.overlay ? layers.overlay->find_entry("env") : nullptr;
    if (env != nullptr) {
        diagnostics.add(env->key.location(), "an overlay cannot choose an environment", {},
                        "remove `env` here; it stands in the config that the overlay is laid over");
    }
    return layers;
}

void refuse_env_options(const std::vector<std::string>& options, Diagnostics& diagnostics) {
    for (const std::string& option : options) {
        if (!option.starts_with("env=")) continue;
        diagnostics.add({.file = "--set " + option, .line = 0, .column = 0}, "--set comes after the overlay", {},
                        fmt::format("to choose an environment, type --env {}", option.substr(4)));
    }
}

// The whole tree but `params`, whose variables are replaced before.
void replace_all(Tree& root, const Variables& variables, Diagnostics& diagnostics) {
    for (Tree::Entry& entry : root.mutable_entries()) {
        if (entry.key.text() != "params") replace_variables(entry.value, variables, diagnostics);
    }
}

// Puts each param's own name where its value would stand.
std::optional<std::string> symbol(const std::string& name, const std::string& format, const Location&, Diagnostics&) {
    return fmt::format("${{param.{}{}{}}}", name, format.empty() ? "" : ":", format);
}

}  // namespace

std::optional<ReadDocument> read_document(const ConfigRequest& request, ConfigFile file, Diagnostics& diagnostics) {
    Variables variables{.environment = whole_environment(request, diagnostics)};
    auto layers = read_layers(request, std::move(file), variables.environment, diagnostics);
    if (!layers) return std::nullopt;
    ReadDocument document{.root = std::move(layers->base),
                          .symbolic = {},
                          .environment = std::move(layers->environment),
                          .overlay = std::move(layers->overlay_path),
                          .params = {},
                          .dates = {}};
    Tree& root = document.root;
    if (layers->overlay) merge_overlay(root, *layers->overlay, variables);
    refuse_env_options(request.set, diagnostics);
    for (const std::string& option : request.set) apply_set_option(root, option, variables, diagnostics);

    for (Tree::Entry& entry : root.mutable_entries()) {
        if (entry.key.text() == "params") replace_variables(entry.value, variables, diagnostics);
    }
    const Params params =
        Params::read(root.find("params"), request.params, request.date_ranges, request.now, diagnostics);
    params.check_used(root, diagnostics);
    document.symbolic = root;
    std::erase_if(document.symbolic.mutable_entries(),
                  [](const Tree::Entry& entry) { return entry.key.text() == "env"; });
    variables.param = symbol;
    variables.files = false;
    Diagnostics shown_below;
    replace_all(document.symbolic, variables, shown_below);

    variables.param = [&params](const std::string& name, const std::string& format, const Location& place,
                                Diagnostics& faults) { return params.value(name, format, place, faults); };
    variables.files = true;
    replace_all(root, variables, diagnostics);
    document.params = params.values();
    document.dates = params.dates();
    return document;
}

Result<WrittenDocument> read_written(const ConfigRequest& request) {
    TRY_ASSIGN(ConfigFile file, read_config_file(request.path));
    Diagnostics diagnostics;
    const Variables variables{.environment = whole_environment(request, diagnostics)};
    auto layers = read_layers(request, std::move(file), variables.environment, diagnostics);
    if (!diagnostics.empty() || !layers) return diagnostics.to_error();
    if (layers->overlay) merge_overlay(layers->base, *layers->overlay, variables);
    return WrittenDocument{std::move(layers->base), std::move(layers->environment), std::move(layers->overlay_path)};
}

}  // namespace sluice
