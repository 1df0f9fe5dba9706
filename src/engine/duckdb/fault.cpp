#include "engine/duckdb/fault.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <utility>

#include "utils/open_files.hpp"

namespace sluice {

namespace {

enum class Family { parse, bind, value, memory, disk, other };

struct Prefix {
    std::string_view text;
    Family family;
};

constexpr std::string_view kConversion = "Conversion Error: ";

constexpr std::array kPrefixes{
    Prefix{"Parser Error: ", Family::parse},
    Prefix{"Syntax Error: ", Family::parse},
    Prefix{"Binder Error: ", Family::bind},
    Prefix{"Catalog Error: ", Family::bind},
    Prefix{"Parameter Not Allowed Error: ", Family::bind},
    Prefix{"Permission Error: ", Family::bind},
    Prefix{"Not implemented Error: ", Family::bind},
    Prefix{kConversion, Family::value},
    Prefix{"Out of Range Error: ", Family::value},
    Prefix{"Invalid Input Error: ", Family::value},
    Prefix{"Decimal Error: ", Family::value},
    Prefix{"Mismatch Type Error: ", Family::value},
    Prefix{"Divide by Zero Error: ", Family::value},
    Prefix{"Invalid type Error: ", Family::value},
    Prefix{"Object Size Error: ", Family::value},
    Prefix{"Out of Memory Error: ", Family::memory},
    Prefix{"IO Error: ", Family::disk},
};

// The reason ends where DuckDB begins to list its functions, or to quote the statement, which is ours and not the
// user's. It becomes one line.
std::string without_frame(std::string_view text) {
    for (const std::string_view end : {"\n\tCandidate functions", "\n\nLINE ", "\nLINE "})
        text = text.substr(0, text.find(end));
    std::string line;
    for (const char letter : text) {
        const bool space = letter == '\n' || letter == '\t' || letter == ' ';
        if (!space) {
            line.push_back(letter);
        } else if (!line.empty() && line.back() != ' ') {
            line.push_back(' ');
        }
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

Error disk_error(std::string_view reason) {
    if (reason.find("Too many open files") != std::string_view::npos)
        return external_error("too_many_files", fmt::format("{}; {}", reason, open_file_advice()));
    return external_error("spill", fmt::format("DuckDB cannot use its temporary folder: {}; free space there, or name "
                                               "another folder with --temp-dir",
                                               reason));
}

}  // namespace

Error duckdb_error(std::string_view text, const StopFlag* stop) {
    if (stop != nullptr && stop->stopped()) return stop->check().error();
    for (const Prefix& prefix : kPrefixes) {
        if (!text.starts_with(prefix.text)) continue;
        std::string reason = without_frame(text.substr(prefix.text.size()));
        switch (prefix.family) {
            case Family::parse:
                return data_error("does_not_parse", std::move(reason));
            case Family::bind:
                return data_error("does_not_bind", std::move(reason));
            case Family::value:
                if (prefix.text == kConversion)
                    reason += "; mend the value, or write TRY_CAST, which gives null for what cannot be converted";
                return data_error("evaluation", std::move(reason));
            case Family::disk:
                return disk_error(reason);
            case Family::memory:
                if (reason.find("max_temp_directory_size") != std::string::npos) return disk_error(reason);
                return external_error("out_of_memory",
                                      fmt::format("out of memory: {}; raise --memory, or free memory", reason));
            case Family::other:
                break;
        }
    }
    return internal_error(fmt::format("DuckDB: {}", text));
}

}  // namespace sluice
