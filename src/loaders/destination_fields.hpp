// Fields that every type of destination has.
#pragma once

#include "config/schema.hpp"

namespace sluice {

[[nodiscard]] inline Field required_field() {
    return {.name = "required",
            .type = FieldType::boolean,
            .doc = "Whether a run fails when it cannot publish here.",
            .default_text = "true",
            .details = "`false`: the run goes on without this destination, with a warning, and ends with 0."};
}

}  // namespace sluice
