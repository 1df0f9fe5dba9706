#include "cli/version.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <spdlog/version.h>
#include <utf8proc.h>
#include <yaml.h>

#include <CLI/Version.hpp>
#include <nlohmann/json_fwd.hpp>

namespace sluice {

// SLUICE_*_VERSION come from CMake: of the project, and of the pinned sources in tools/third-party/.
std::string version_text() {
    return fmt::format(
        "sluice {}\n"
        "duckdb {}\n"
        "simdjson {}\n"
        "awscrt {}\n"
        "libyaml {}\n"
        "fmt {}.{}.{}\n"
        "spdlog {}.{}.{}\n"
        "utf8proc {}\n"
        "CLI11 {}\n"
        "nlohmann-json {}.{}.{}\n"
        "{}\n",
        SLUICE_VERSION, SLUICE_DUCKDB_VERSION, SIMDJSON_VERSION, SLUICE_AWSCRT_VERSION, yaml_get_version_string(),
        FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100, SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR,
        SPDLOG_VER_PATCH, utf8proc_version(), CLI11_VERSION, NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR,
        NLOHMANN_JSON_VERSION_PATCH, OpenSSL_version(OPENSSL_VERSION));
}

}  // namespace sluice
