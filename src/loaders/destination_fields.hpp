// Fields that every type of destination has.
#pragma once

#include "config/schema.hpp"

namespace sluice {

[[nodiscard]] inline Field checksum_field() {
    return {.name = "checksum",
            .doc = "`sha256`: the manifest has a SHA-256 of each file, besides CRC-64/NVME.",
            .choices = {"sha256"}};
}

[[nodiscard]] inline Field required_field() {
    return {.name = "required",
            .type = FieldType::boolean,
            .doc = "Whether a run fails when it cannot publish here.",
            .default_text = "true",
            .details = "`false`: the run goes on without this destination, with a warning, and ends with 0."};
}

}  // namespace sluice
