#include "unit/rows/oracle.hpp"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>

namespace sluice {
namespace {

[[noreturn]] void fail(const std::string& command, const char* reason) {
    std::fprintf(stderr, "%s: %s\n", command.c_str(), reason);
    std::abort();
}

unsigned seed() {
    static const unsigned value = [] {
        const char* const given = std::getenv("SLUICE_SEED");
        const unsigned chosen = given == nullptr ? std::random_device{}() : static_cast<unsigned>(std::stoul(given));
        std::printf("SLUICE_SEED=%u\n", chosen);
        return chosen;
    }();
    return value;
}

unsigned hex_value(char digit) { return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

OracleCase parse(std::string_view line) {
    OracleCase fields(1);
    for (std::size_t i = 0; i < line.size();) {
        if (line[i] == '\t') {
            fields.emplace_back();
            ++i;
        } else {
            fields.back().push_back(static_cast<char>(hex_value(line[i]) << 4U | hex_value(line[i + 1])));
            i += 2;
        }
    }
    return fields;
}

}  // namespace

std::vector<OracleCase> oracle_cases(const std::string& script, int count) {
    const std::string command =
        "python3 -B '" SLUICE_ORACLES "/" + script + "' " + std::to_string(seed()) + " " + std::to_string(count);
    std::FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) fail(command, "cannot be started");
    std::string text;
    std::vector<char> piece(1U << 16U);
    while (const std::size_t read = std::fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), read);
    if (pclose(pipe) != 0) fail(command, "failed");

    std::vector<OracleCase> cases;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        cases.push_back(parse(std::string_view(text).substr(begin, end - begin)));
        begin = end + 1;
    }
    if (cases.empty()) fail(command, "gave no case");
    return cases;
}

}  // namespace sluice
