#include "io/input_paths.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace sluice {

namespace {

bool is_pattern(const std::string& text) { return text.find_first_of("*?[") != std::string::npos; }

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

// glob(3) reads the whole path as a pattern, so what the user did not write as one is escaped.
std::string escaped(const std::string& literal) {
    std::string out;
    for (const char c : literal) {
        if (c == '*' || c == '?' || c == '[' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

struct Matches {
    glob_t found{};
    Matches() = default;
    Matches(const Matches&) = delete;
    Matches& operator=(const Matches&) = delete;
    ~Matches() { ::globfree(&found); }
};

Result<> add_folder(const std::filesystem::path& folder, std::string name, const InputSearch& search,
                    std::vector<InputPath>& inputs) {
    while (name.size() > 1 && name.ends_with('/')) name.pop_back();
    const std::string prefix = name == "/" ? name : name + "/";
    const std::size_t before = inputs.size();
    std::error_code fault;
    for (std::filesystem::directory_iterator entry(folder, fault);
         !fault && entry != std::filesystem::directory_iterator(); entry.increment(fault)) {
        std::error_code gone;
        const std::string file = entry->path().filename().string();
        if (file.starts_with('.') || !search.in_folder(file) || !entry->is_regular_file(gone)) continue;
        inputs.push_back({.path = entry->path(), .name = prefix + file});
    }
    if (fault) return system_error("read the folder", name, fault.value());
    if (inputs.size() > before || search.may_be_missing) return {};
    return external_error("no_match",
                          fmt::format("no file in the folder '{}' has a name that is read; folders in it and "
                                      "hidden files are left out: check the names, or write a pattern and "
                                      "`format:`",
                                      name));
}

Result<> add_matches(const std::filesystem::path& base, const std::string& pattern, const InputSearch& search,
                     std::vector<InputPath>& inputs) {
    const bool relative = std::filesystem::path(pattern).is_relative();
    // With an empty base the shell's own rule holds: relative to the working directory.
    std::string prefix = relative ? base.string() : std::string();
    if (!prefix.empty() && prefix.back() != '/') prefix += '/';

    Matches matches;
    errno = 0;
    const int outcome = ::glob((escaped(prefix) + pattern).c_str(), GLOB_NOSORT | GLOB_ERR, nullptr, &matches.found);
    if (outcome == GLOB_NOMATCH && search.may_be_missing) return {};
    if (outcome == GLOB_NOMATCH) {
        return external_error("no_match",
                              fmt::format("no file matches '{}' in '{}'; check the pattern and the folder", pattern,
                                          relative ? std::filesystem::absolute(base).string() : "/"));
    }
    if (outcome != 0) return system_error("search", pattern, errno != 0 ? errno : ENOMEM);
    for (std::size_t index = 0; index < matches.found.gl_pathc; ++index) {
        const std::string path = matches.found.gl_pathv[index];
        inputs.push_back({.path = path, .name = path.substr(prefix.size())});
    }
    return {};
}

}  // namespace

void put_in_order(std::vector<InputPath>& inputs) {
    std::ranges::sort(inputs, {}, &InputPath::name);
    const auto same_name = [](const InputPath& a, const InputPath& b) { return a.name == b.name; };
    inputs.erase(std::unique(inputs.begin(), inputs.end(), same_name), inputs.end());
}

Result<std::vector<InputPath>> find_inputs(const std::filesystem::path& base, const std::vector<std::string>& patterns,
                                           const InputSearch& search) {
    std::vector<InputPath> inputs;
    for (const std::string& pattern : patterns) {
        const std::filesystem::path literal = base / pattern;
        std::error_code ignored;
        if (search.in_folder && std::filesystem::is_directory(literal, ignored)) {
            TRY(add_folder(literal, pattern, search, inputs));
        } else if (is_pattern(pattern) && !is_there(literal)) {
            TRY(add_matches(base, pattern, search, inputs));
        } else if (!search.may_be_missing || is_there(literal)) {
            inputs.push_back({.path = literal, .name = pattern});
        }
    }
    put_in_order(inputs);
    return inputs;
}

}  // namespace sluice
