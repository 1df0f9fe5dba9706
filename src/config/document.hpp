// Reads what a config consists of, and makes one tree of it: file, overlay, --set, params, variables.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "config/config.hpp"
#include "config/config_file.hpp"
#include "config/diagnostics.hpp"
#include "config/tree.hpp"

namespace sluice {

struct ReadDocument {
    Tree root;      // variables replaced
    Tree symbolic;  // the same, but with ${param.NAME} where a param stands: what is hashed
    std::string environment;
    std::filesystem::path overlay;
    std::vector<ParamValue> params;
    std::optional<ParamDates> dates;
};

// Nothing when a file cannot be read as a map; the faults say why.
[[nodiscard]] std::optional<ReadDocument> read_document(const ConfigRequest& request, ConfigFile file,
                                                        Diagnostics& diagnostics);

// The file and its overlay as they are written, before --set, params and variables.
struct WrittenDocument {
    Tree root;
    std::string environment;
    std::filesystem::path overlay;
};
[[nodiscard]] Result<WrittenDocument> read_written(const ConfigRequest& request);

}  // namespace sluice
