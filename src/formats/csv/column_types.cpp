#include "formats/csv/column_types.hpp"

#include "formats/scan/json_number.hpp"

namespace sluice::formats::csv {

bool is_number(const char* begin, const char* end) noexcept { return number_end(begin) == end; }

bool is_boolean(std::string_view cell) noexcept { return cell == "true" || cell == "false"; }

CellTypes types_of_cell(std::string_view cell) noexcept {
    if (is_number(cell.data(), cell.data() + cell.size())) return kNumbers;
    return is_boolean(cell) ? kBooleans : kTexts;
}

}  // namespace sluice::formats::csv
