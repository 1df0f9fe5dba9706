#include "cli/version.hpp"

#include <absl/base/config.h>
#include <fmt/format.h>
#include <libdeflate.h>
#include <openssl/crypto.h>
#include <simdjson.h>
#include <spdlog/version.h>
#include <utf8proc.h>
#include <yaml.h>
#include <zstd.h>

#include <CLI/Version.hpp>
#include <nlohmann/json_fwd.hpp>

#include "monitoring/ledger/database.hpp"

namespace sluice {

// SLUICE_*_VERSION come from CMake: of the project, and of the pinned sources in tools/third-party/.
std::string version_text() {
    return fmt::format(
        "sluice {}\n"
        "duckdb {}\n"
        "simdjson {}\n"
        "awscrt {}\n"
        "SQLite {}\n"
        "ISA-L {}\n"
        "libcurl {}\n"
        "libdeflate {}\n"
        "zstd {}\n"
        "abseil {}\n"
        "libyaml {}\n"
        "fmt {}.{}.{}\n"
        "spdlog {}.{}.{}\n"
        "utf8proc {}\n"
        "CLI11 {}\n"
        "nlohmann-json {}.{}.{}\n"
        "{}\n",
        SLUICE_VERSION, SLUICE_DUCKDB_VERSION, SIMDJSON_VERSION, SLUICE_AWSCRT_VERSION, sqlite_version(),
        SLUICE_ISAL_VERSION, SLUICE_CURL_VERSION, LIBDEFLATE_VERSION_STRING, ZSTD_versionString(),
        ABSL_LTS_RELEASE_VERSION, yaml_get_version_string(), FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
        FMT_VERSION % 100, SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH, utf8proc_version(), CLI11_VERSION,
        NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH,
        OpenSSL_version(OPENSSL_VERSION));
}

std::string_view version_number() { return SLUICE_VERSION; }

}  // namespace sluice
