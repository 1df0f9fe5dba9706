// Measures what a type must hold to take a column's numbers.
#pragma once

#include <string_view>

#include "rows/scan.hpp"

namespace sluice::formats {

// Adds one number to the survey. `number` is a valid JSON number.
void survey_number(std::string_view number, Ordinal ordinal, NumberSurvey& survey);
// Adds what another thread measured.
void merge_surveys(const NumberSurvey& other, NumberSurvey& survey);

}  // namespace sluice::formats
