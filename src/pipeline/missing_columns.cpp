#include "pipeline/missing_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace sluice {

void MissingColumnList::take(std::string what) {
    (rule_ == MissingColumns::warn ? *warnings_ : refused_).push_back(std::move(what));
}

Result<> MissingColumnList::check() const {
    if (refused_.empty()) return {};
    return data_error("missing_columns",
                      fmt::format("{}\n  the config says `missing_columns: fail`: mend the input or the "
                                  "name, or say `missing_columns: warn`",
                                  fmt::join(refused_, "\n")));
}

}  // namespace sluice
