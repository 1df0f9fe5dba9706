// Whatever stands in a config, loading it ends: with a config, or with one config error that has a text. Nothing is
// read beyond the texts of the input, which are divided by lines of %%: the config (JSON when it starts with a brace),
// its overlay, its .env, and options: a line is one of --set, or, after "param ", one of --param.

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "config/effective.hpp"
#include "unit/config/real_schemas.hpp"

namespace {

namespace fs = std::filesystem;
using namespace sluice;

// A folder of this process, in memory where the machine has that.
const fs::path& folder() {
    static const fs::path kFolder = [] {
        std::string pattern = fs::exists("/dev/shm") ? "/dev/shm/sluice_fuzz_XXXXXX" : "/tmp/sluice_fuzz_XXXXXX";
        if (mkdtemp(pattern.data()) == nullptr) std::abort();
        return fs::path(pattern);
    }();
    static const int kRemoved = std::atexit([] { fs::remove_all(folder()); });
    static_cast<void>(kRemoved);
    return kFolder;
}

std::vector<std::string_view> parts_of(std::string_view input, std::string_view divider) {
    std::vector<std::string_view> parts;
    for (std::size_t end = input.find(divider); end != std::string_view::npos; end = input.find(divider)) {
        parts.push_back(input.substr(0, end));
        input.remove_prefix(end + divider.size());
    }
    parts.push_back(input);
    return parts;
}

void write(const fs::path& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

void expect(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): the name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    auto parts = parts_of(input, "\n%%\n");
    parts.resize(4);
    const std::string extension = parts[0].starts_with('{') ? ".json" : ".yaml";
    for (const char* name : {"c.yaml", "c.json", "c_x.yaml", "c_x.json", "env"}) fs::remove(folder() / name);
    write(folder() / ("c" + extension), parts[0]);
    write(folder() / "env", parts[2]);

    static const ConfigSchemas kSchemas = test::real_schemas();
    ConfigRequest request{.path = folder() / ("c" + extension), .set = {}, .environment = {}};
    request.env_file = folder() / "env";
    request.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23);
    request.date_ranges = true;
    if (!parts[1].empty()) {
        write(folder() / ("c_x" + extension), parts[1]);
        request.env = "x";
    }
    constexpr std::string_view kParam = "param ";
    for (const std::string_view option : parts_of(parts[3], "\n")) {
        if (option.starts_with(kParam)) {
            request.params.emplace_back(option.substr(kParam.size()));
        } else if (!option.empty()) {
            request.set.emplace_back(option);
        }
    }
    const auto config = load_config(request, kSchemas);
    if (!config) {
        expect(exit_code(config.error()) == 2 && !config.error().message.empty());
        return 0;
    }
    // What `sluice config` prints says the same again.
    const std::string yaml = annotated_yaml(effective_tree(*config, kSchemas));
    fs::remove(folder() / "c.json");
    write(folder() / "c.yaml", yaml);
    const auto again = load_config({.path = folder() / "c.yaml", .set = {}, .environment = {}}, kSchemas);
    if (again) {
        expect(annotated_yaml(effective_tree(*again, kSchemas)).size() > 0);
    } else if (config->secrets.empty() && yaml.size() < (1U << 20U)) {
        fmt::print(stderr, "{}\n{}\n", yaml, again.error().message);
        std::abort();
    }
    return 0;
}
