// The ways in which a file's bytes may be compressed.
#pragma once

#include <cstdint>
#include <string_view>

namespace sluice {

enum class Compression : std::uint8_t { none, gzip, zstd };

struct CompressionChoice {
    Compression method = Compression::none;
    int level = 0;  // within compression_levels()
};

// As a config calls them; what is none of the other two is none.
[[nodiscard]] constexpr Compression compression_named(std::string_view name) {
    if (name == "gzip") return Compression::gzip;
    return name == "zstd" ? Compression::zstd : Compression::none;
}

[[nodiscard]] constexpr std::string_view compression_name(Compression method) {
    switch (method) {
        case Compression::none:
            return "none";
        case Compression::gzip:
            return "gzip";
        case Compression::zstd:
            return "zstd";
    }
    return "";
}

struct CompressionLevels {
    int least = 0;
    int most = 0;
    int usual = 0;
};

// Level 12 is libdeflate's own most. Above 19 zstd takes memory by the gigabyte, from its readers too.
[[nodiscard]] constexpr CompressionLevels compression_levels(Compression method) {
    switch (method) {
        case Compression::none:
            return {};
        case Compression::gzip:
            return {.least = 1, .most = 12, .usual = 6};
        case Compression::zstd:
            return {.least = 1, .most = 19, .usual = 3};
    }
    return {};
}

}  // namespace sluice
